"""2,000 checks on 200 addresses that accept and never answer, and 20 healthy ones beside them."""
import re
import sys
import time

from harness.agent import Agent, says_stop
from harness.configuration import configuration, http_check, self_check
from harness.findings import Skip
from harness.targets import Silent, Target, answer

QUICK, LIMIT = False, 450
RUNS, RUN = 3 * 2_000, 5  # each check hangs three times for 5 s before it is unhealthy
FEWEST_SLOTS = 192  # three quarters of 256, the default concurrency on one core


def allowed(most_running):
    """Twice what it takes if all slots are always used: as many as were seen in use, which depends on the number of cores."""
    return 2 * RUNS * RUN / max(most_running, FEWEST_SLOTS)


def attack(found, _):
    addresses = [f"127.0.{n // 100 + 1}.{n % 100 + 1}" for n in range(200)]
    try:
        silent = Silent(addresses)
    except OSError as error:
        raise Skip(f"only 127.0.0.1 is loopback here ({error})") from error
    healthy = Target(answer())
    checks = "".join(http_check(f"silent-{n}", f"http://{addresses[n % 200]}:{silent.port}/") for n in range(2_000))
    checks += "".join(http_check(f"web-{n}", healthy) for n in range(20))
    agent = Agent(configuration(self_check("interval: 5s") + checks, "interval: 5s, timeout: 5s"))
    unhealthy_at, counts, worst_livez, most_running = None, [], 0, 0
    started = time.monotonic()
    while time.monotonic() - started < allowed(most_running) and not unhealthy_at:
        time.sleep(5)
        seconds = time.monotonic() - started
        worst_livez = max(worst_livez, agent.alive(within=5) or 99)
        checks = agent.checks()
        counts.append(sum(check["status"] == "unhealthy" for name, check in checks.items() if name.startswith("silent-")))
        most_running = max(most_running, checks.get("self", {}).get("observed", {}).get("running", 0))
        print(f"   {seconds:.0f} s: {counts[-1]} unhealthy, {agent.rss():.0f} MB", file=sys.stderr, flush=True)
        if counts[-1] == 2_000:
            unhealthy_at = seconds
    found.right("all 2,000 become unhealthy, in twice the time that it takes with every slot in use", unhealthy_at is not None,
                f"{f'after {unhealthy_at:.0f} s' if unhealthy_at else f'{counts[-1]} unhealthy'}; "
                f"{most_running} slots in use: {allowed(most_running):.0f} s allowed")
    watch_further(found, agent, worst_livez)
    says_stop(found, agent, "stops in the middle of it")
    agent.end()
    healthy.close()


def watch_further(found, agent, worst_livez):
    time.sleep(30)
    checks, log = agent.checks(), agent.output()
    still = sum(check["status"] == "unhealthy" for name, check in checks.items() if name.startswith("silent-"))
    found.right("half a minute later they still are", still == 2_000, f"{still} unhealthy")
    events = len(re.findall(r" web-\d+ is ", log))
    well = sum(check["status"] == "healthy" for name, check in checks.items() if name.startswith("web-"))
    found.right("the 20 are healthy, and sent no event since", well == 20 and events == 20,
                f"{well} healthy, {events} events with the first")
    itself = checks.get("self", {})
    late, waiting = itself.get("observed", {}).get("late", "0ms"), itself.get("observed", {}).get("waiting", 0)
    reason = itself.get("last", {}).get("reason", "")
    on_time = waiting == 0 and late == "0ms"
    says_so = itself.get("status") == "degraded" and re.search(r"\d", reason)
    found.right("`self` is degraded and says by how much, if runs are late", on_time or says_so,
                f"{itself.get('status')}, late {late}, {waiting} waiting{': ' + reason if reason else ''}")
    found.right("/livez within a second throughout", worst_livez < 1, f"at most {worst_livez * 1000:.0f} ms")
    found.right("memory below 400 MB", agent.peak < 400, agent.ended_for or f"peak {agent.peak:.0f} MB")
