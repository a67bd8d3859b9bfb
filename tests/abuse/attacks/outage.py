"""Everything fails at once: 1,000 checks, half of them refused and half hanging; probes answer as before."""
import threading
import time

from harness.agent import Agent, says_stop
from harness.configuration import configuration, http_check
from harness.targets import Target, answer, read_head

QUICK, LIMIT = True, 120
CHECKS, ASKED = 1_000, 600
PATHS = ("/livez", "/readyz", "/health", "/health/tiers/dependency", "/health/checks", "/readyz?verbose")
FLOOR = 0.02  # seconds: what another process on a busy machine costs anybody


def attack(found, _):
    broken = threading.Event()

    def handle(connection):
        if broken.is_set():
            read_head(connection)
            time.sleep(3)  # longer than the timeout
        else:
            answer()(connection)
    hanging, refusing = Target(handle), Target(handle)
    checks = "".join(http_check(f"hanging-{n}", hanging) for n in range(CHECKS // 2))
    checks += "".join(http_check(f"refused-{n}", refusing) for n in range(CHECKS // 2))
    agent = Agent(configuration(checks, "interval: 5s, timeout: 1s", ("concurrencyPerHost: 512",)), starts_within=40)
    agent.until(lambda: agent.ask("/readyz")[0] == 200, 40)
    quiet, memory = times(agent), agent.rss()
    broken.set()
    refusing.close()
    down = agent.until(lambda: agent.ask("/readyz")[0] == 503, 40)
    storm = times(agent)
    found.right("/readyz is 503 when everything fails", down, "503" if down else "still 200")
    for path in PATHS:
        (p50, p99), (was50, was99) = storm[path], quiet[path]
        found.right(f"{path}: half of the answers within twice the time of before, 99 % within four times",
                    p50 < 2 * was50 + FLOOR and p99 < 4 * was99 + FLOOR,
                    f"p50 {was50 * 1000:.1f} ms, then {p50 * 1000:.1f} ms; p99 {was99 * 1000:.1f} ms, then {p99 * 1000:.1f} ms")
    failed = sum(check["status"] == "unhealthy" for check in agent.checks().values())
    everything = agent.until(lambda: sum(check["status"] == "unhealthy" for check in agent.checks().values()) == CHECKS, 60)
    found.right("all are unhealthy within a minute", everything, f"{failed} at first")
    found.right("memory grows by less than 100 MB", agent.rss() - memory < 100, f"{memory:.0f} MB, then {agent.rss():.0f} MB")
    says_stop(found, agent, "stops in the middle of it")
    agent.end()


def times(agent):
    """Half and 99 % of the answers of each path, in seconds, over connections of their own."""
    taken = {path: [] for path in PATHS}
    for number in range(ASKED):
        path = PATHS[number % len(PATHS)]
        started = time.monotonic()
        status, _ = agent.ask(path, timeout=5)
        taken[path].append(time.monotonic() - started if status in (200, 503) else 99)
        time.sleep(0.005)
    return {path: (sorted(all_)[len(all_) // 2], sorted(all_)[-2]) for path, all_ in taken.items()}
