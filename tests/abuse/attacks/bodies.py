"""Many large bodies at once, and conditions with `matches` on 2,000 checks: memory stays within bounds."""
import time

from harness.agent import Agent, says_stop
from harness.configuration import configuration, http_check
from harness.targets import Target, answer, read_head

QUICK, LIMIT = False, 240
MEMORY = 600  # MB


def endless(connection):
    read_head(connection)
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\n")
    piece = b"x" * 1_000_000
    while True:
        connection.sendall(piece)


def attack(found, _):
    large(found)
    many_expressions(found)


def large(found):
    """300 checks that may each take 64 MiB."""
    target, healthy = Target(endless), Target(answer())
    checks = "".join(http_check(f"large-{n}", target, "maxBody: 64MiB, expect: ['body contains fine']") for n in range(300))
    agent = Agent(configuration(http_check("web", healthy, "interval: 1s, timeout: 1s") + checks, "interval: 10s, timeout: 10s",
                                ("concurrency: 512", "concurrencyPerHost: 512", "memory: 256MiB")), memory=3_000)
    until, slowest = time.monotonic() + 40, 0
    while time.monotonic() < until and not agent.ended_for:
        slowest = max(slowest, agent.alive(within=5) or 99)
        time.sleep(0.5)
    found.right(f"300 bodies of 64 MiB and more: less than {MEMORY} MB", agent.peak < MEMORY,
                agent.ended_for or f"peak {agent.peak:.0f} MB in 40 s")
    if not agent.ended_for:
        found.right("/livez within a second", slowest < 1, f"at most {slowest:.2f} s")
        found.right("a healthy check beside them sends one event", len(agent.events("web")) == 1, f"{len(agent.events('web'))} events")
        says_stop(found, agent, "stops in the middle of it")
    agent.end()
    target.close()


def many_expressions(found):
    target = Target(answer(b"status: fine, version 12"))
    conditions = "expect: ['body matches ^status: [a-z]+, version [0-9]+$', 'body not matches err(or)?-{}']"
    checks = "".join(http_check(f"c{n}", target, conditions.format(n)) for n in range(2_000))
    agent = Agent(configuration(checks, "interval: 10s, timeout: 5s"), memory=2_500, starts_within=60)
    agent.until(lambda: agent.ask("/startupz")[0] == 200, 40)
    time.sleep(25)
    healthy = sum(check["status"] == "healthy" for check in agent.checks().values())
    found.right("2,000 checks with `matches`: less than 500 MB", agent.peak < 500, agent.ended_for or f"peak {agent.peak:.0f} MB")
    found.right("2,000 checks with `matches`: all healthy", healthy == 2_000, f"{healthy} healthy")
    says_stop(found, agent, "stops afterwards")
    agent.end()
