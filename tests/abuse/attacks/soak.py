"""A soak of chosen length (--minutes N): checks that pass, fail and hang, scrapes, a reload every second; memory stays flat."""
import signal
import time

from harness.agent import Agent, says_stop
from harness.targets import Silent, Target, answer, http_check

QUICK, LIMIT = True, 120


def configuration(healthy, silent, variant):
    checks = "".join(http_check(f"web-{n}", healthy) for n in range(100))
    checks += "".join(http_check(f"coming-{variant}-{n}", healthy, f"labels: {{ v: '{variant}' }}") for n in range(20))
    checks += "".join(f"  - {{ name: gone-{n}, kind: tcp, address: '127.0.0.1:1' }}\n" for n in range(20))
    checks += "".join(f"  - {{ name: silent-{n}, kind: redis, connectionString: '127.0.0.1:{silent.port}' }}\n" for n in range(20))
    return "defaults: { interval: 1s, timeout: 1s }\nchecks:\n" + checks


def attack(found, options):
    healthy, silent = Target(answer()), Silent()
    agent = Agent(configuration(healthy, silent, 0))
    seconds, samples, reloads, dead = options.minutes * 60, [], 0, 0
    started = time.monotonic()
    while time.monotonic() - started < seconds:
        reloads += 1
        agent.file.write_text(configuration(healthy, silent, reloads % 7))
        agent.signal(signal.SIGHUP)
        time.sleep(0.9)
        dead += agent.alive() is None
        agent.ask("/metrics")
        samples.append(agent.rss())
    judge(found, agent, samples, reloads, dead)
    says_stop(found, agent, "stops afterwards")
    agent.end()
    healthy.close()


def judge(found, agent, samples, reloads, dead):
    third = max(1, len(samples) // 3)
    early, late = sum(samples[third:2 * third]) / third, sum(samples[-third:]) / third
    found.right("the last third takes no more memory than the second, but for a tenth and 10 MB", late < early * 1.1 + 10,
                f"{early:.0f} MB, then {late:.0f} MB; {reloads} reloads")
    checks = agent.checks()
    wrong = [name for name, check in checks.items() if name.startswith("web-") and check["status"] != "healthy"]
    found.right("/livez 200 throughout, healthy checks healthy", not dead and not wrong and checks,
                f"{dead} times silent, {len(wrong)} not healthy")
    events = sum(" web-" in line and " is " in line for line in agent.output().splitlines())
    found.right("unchanged checks are not disturbed", events == 100, f"{events} events of 100 checks")
