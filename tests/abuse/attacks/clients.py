"""Slow and many clients: 500 that send a byte a second, 300 idle ones, one that does not read, 2,300 at a limit of 2,048 files."""
import socket
import threading
import time

from harness.agent import Agent, says_stop
from harness.configuration import configuration, http_check
from harness.targets import Target, answer

QUICK, LIMIT = True, 90


def attack(found, _):
    target = Target(answer())
    yaml = configuration(http_check("web", target))
    slow(found, yaml)
    unread(found, target)
    many(found, yaml)
    target.close()


def connect(port, count, first=b""):
    sockets = []
    for _ in range(count):
        try:
            connection = socket.create_connection(("127.0.0.1", port), timeout=2)
            if first:
                connection.sendall(first)
            sockets.append(connection)
        except OSError:
            pass
    return sockets


def close(sockets):
    for connection in sockets:
        connection.close()


def slow(found, yaml):
    agent = Agent(yaml)
    loris, idle = connect(agent.port, 500, b"GET /livez HTTP/1.1\r\nHost: localhost\r\nX: "), connect(agent.port, 300)
    going = threading.Event()
    threading.Thread(target=drip, args=(loris, going), daemon=True).start()
    times = []
    for _ in range(20):
        times.append(agent.alive() or 9)
        time.sleep(0.15)
    found.right("500 slow and 300 idle clients: /livez within a second", max(times) < 1, f"at most {max(times) * 1000:.0f} ms")
    status = agent.status("web")
    found.right("500 slow and 300 idle clients: checks go on", status == "healthy", f"{status}, {agent.rss():.0f} MB")
    says_stop(found, agent, "stops while they are there")
    going.set()
    close(loris + idle)
    agent.end()


def drip(sockets, stop):
    while not stop.wait(1):
        for connection in sockets:
            try:
                connection.send(b"x")
            except OSError:
                pass


def unread(found, target):
    """A scrape whose answer nobody reads, large enough to fill the buffers of the socket."""
    checks = "".join(http_check(f"web-{n}", target, f"labels: {{ text: {'x' * 100} }}") for n in range(600))
    agent = Agent(configuration(checks, "interval: 10s, timeout: 5s"))
    agent.until(lambda: agent.runs("web-599") > 0, 20)
    scrapers = connect(agent.port, 4, b"GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n" * 5)
    time.sleep(1)
    times = []
    for _ in range(4):
        started = time.monotonic()
        status, _ = agent.ask("/metrics", timeout=5)
        times.append((time.monotonic() - started) if status == 200 else 99)
        time.sleep(0.5)
    worst = max(times)
    found.right("4 scrapers that do not read: another gets /metrics within 2 s", worst < 2,
                "no answer within 5 s" if worst == 99 else f"at most {worst:.2f} s")
    says_stop(found, agent, "stops while they do not read")
    close(scrapers)
    agent.end()


def many(found, yaml):
    """More clients than the process may open files; what it watches must not suffer."""
    agent = Agent(yaml, wrapper=("sh", "-c", 'ulimit -n 2048; exec "$@"', "sh"))
    agent.until(lambda: agent.status("web") == "healthy", 10)
    idle = connect(agent.port, 2_300)
    time.sleep(6)
    alive = agent.alive()
    lines = agent.events("web")
    found.right("2,300 idle clients, limit 2,048: checks send no event", len(lines) == 1, lines[-1] if lines else "never healthy")
    found.right("2,300 idle clients, limit 2,048: /livez still answers", alive is not None,
                f"{alive * 1000:.0f} ms" if alive else "no answer in 2 s")
    close(idle)
    back = agent.until(lambda: agent.alive() is not None and agent.status("web") == "healthy", 5)
    found.right("when they have left: /livez 200 and healthy within 5 s", back,
                f"/livez {agent.ask('/livez')[0]}, web {agent.status('web')}")
    says_stop(found, agent, "stops afterwards")
    agent.end()
