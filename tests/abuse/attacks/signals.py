"""Signals: SIGTERM under load, 1,000 SIGHUPs, SIGSTOP and SIGCONT."""
import signal
import threading
import time

from harness.agent import Agent, says_stop
from harness.configuration import configuration, http_check
from harness.targets import Silent, Target, answer

QUICK, LIMIT = True, 90


def attack(found, _):
    healthy, silent = Target(answer()), Silent()
    web = http_check("web", healthy)
    hanging = "".join(http_check(f"h{n}", f"http://127.0.0.1:{silent.port}/") for n in range(300))
    under_load(found, configuration(web + hanging))
    hang_ups(found, configuration(web))
    stopped(found, configuration(web))
    healthy.close()


def under_load(found, yaml):
    agent, stop = Agent(yaml), threading.Event()

    def client():
        while not stop.is_set():
            for path in ("/metrics", "/health?mode=full", "/readyz?verbose"):
                agent.ask(path, timeout=2)
            time.sleep(0.02)
    for _ in range(8):
        threading.Thread(target=client, daemon=True).start()
    time.sleep(2.5)
    says_stop(found, agent, "SIGTERM with 300 hanging checks and 8 clients: exit code 0 within 10 s")
    stop.set()
    agent.end()


def hang_ups(found, yaml):
    agent = Agent(yaml)
    agent.until(lambda: agent.status("web") == "healthy", 10)
    before, runs = agent.rss(), agent.runs("web")
    for number in range(1_000):
        if number % 100 == 0:
            agent.file.write_text(yaml + f"# {number}\n")
        agent.signal(signal.SIGHUP)
        time.sleep(0.002)
    slowest = agent.alive() or 99
    went_on = agent.until(lambda: agent.runs("web") >= runs + 4, 15)
    found.right("1,000 SIGHUPs: alive, checks go on", slowest < 1 and went_on,
                f"/livez in {slowest * 1000:.0f} ms, {agent.runs('web') - runs:.0f} runs")
    found.right("1,000 SIGHUPs: no event of the check but the first", len(agent.events("web")) == 1, f"{len(agent.events('web'))} events")
    found.right("1,000 SIGHUPs: memory grows by less than 60 MB", agent.rss() - before < 60, f"{before:.0f} MB, then {agent.rss():.0f} MB")
    says_stop(found, agent, "stops afterwards")
    agent.end()


def stopped(found, yaml):
    agent = Agent(yaml)
    agent.until(lambda: agent.status("web") == "healthy", 10)
    runs = agent.runs("web")
    agent.signal(signal.SIGSTOP)
    time.sleep(5)
    agent.signal(signal.SIGCONT)
    alive, resumed = agent.alive(), time.monotonic()
    went_on = agent.until(lambda: agent.runs("web") >= runs + 2, 10)
    bad = [line for line in agent.events("web") if " web is unhealthy" in line]
    found.right("SIGSTOP of 5 s: goes on at once, and nothing is unhealthy by it", alive is not None and went_on and not bad,
                bad[0] if bad else f"/livez {'200' if alive else 'silent'}, {agent.runs('web') - runs:.0f} runs")
    burst, seconds = agent.runs("web") - runs, time.monotonic() - resumed
    found.right("SIGSTOP of 5 s: missed runs are not made up for", burst <= seconds + 3, f"{burst:.0f} runs in {seconds:.1f} s")
    agent.signal(signal.SIGSTOP)
    agent.signal(signal.SIGTERM)
    agent.signal(signal.SIGCONT)
    says_stop(found, agent, "SIGTERM while suspended: stops when resumed", ask=False)
    agent.end()
