"""A soak of chosen length (--minutes N, --rate N): checks that pass, fail and hang, scrapes, a reload every second; memory stays flat."""
import signal
import time

from harness.agent import Agent, says_stop
from harness.configuration import configuration, http_check
from harness.targets import Silent, Target, answer

QUICK, LIMIT = True, 120
MARKS = (0.1, 0.25, 0.5, 0.75, 1)  # shares of the time at which memory is shown


def checks(healthy, silent, count, variant):
    """`count` that never change and pass, 20 that every reload replaces, 20 that are refused, and 20 that hang; each once per second."""
    lines = "".join(http_check(f"web-{n}", healthy) for n in range(count))
    lines += "".join(http_check(f"coming-{variant}-{n}", healthy, f"labels: {{ v: '{variant}' }}") for n in range(20))
    lines += "".join(f"  - {{ name: gone-{n}, kind: tcp, address: '127.0.0.1:1' }}\n" for n in range(20))
    return lines + "".join(f"  - {{ name: silent-{n}, kind: redis, connectionString: '127.0.0.1:{silent.port}' }}\n" for n in range(20))


def attack(found, options):
    healthy, silent = Target(answer()), Silent()
    texts = [configuration(checks(healthy, silent, options.rate, variant)) for variant in range(7)]
    agent = Agent(texts[0], starts_within=60)
    seconds, samples, dead = options.minutes * 60, [], 0
    started = time.monotonic()
    while time.monotonic() - started < seconds and agent.process.poll() is None:
        agent.file.write_text(texts[(len(samples) + 1) % 7])
        agent.signal(signal.SIGHUP)
        time.sleep(0.9)
        dead += agent.alive(within=5) is None
        agent.ask("/metrics")
        samples.append(agent.rss())
    judge(found, agent, samples, dead, healthy.accepted, options)
    says_stop(found, agent, "stops afterwards")
    agent.end()
    healthy.close()


def judge(found, agent, samples, dead, requests, options):
    work = f"{len(samples)} reloads, {requests} requests of checks"
    if options.minutes < 0.5:  # too short to tell warming up from growing
        found.right("memory below 300 MB", agent.peak < 300, agent.ended_for or f"peak {agent.peak:.0f} MB; {work}")
    else:
        third = len(samples) // 3
        early, late = sum(samples[third:2 * third]) / third, sum(samples[-third:]) / third
        marks = ", ".join(f"{samples[int(mark * (len(samples) - 1))]:.0f} MB at {mark * options.minutes * 60:.0f} s" for mark in MARKS)
        found.right("the last third takes no more memory than the second, but for a tenth and 10 MB", late < early * 1.1 + 10,
                    f"{early:.0f} MB, then {late:.0f} MB ({marks}); {work}")
    wrong = [name for name, check in agent.checks().items() if name.startswith("web-") and check["status"] != "healthy"]
    found.right("/livez 200 throughout, healthy checks healthy", not dead and not wrong and agent.alive() is not None,
                f"{dead} times silent, {len(wrong)} not healthy")
    events = sum(" web-" in line and " is " in line for line in agent.output().splitlines())
    found.right("unchanged checks are not disturbed", events == options.rate, f"{events} events of {options.rate} checks")
