"""Slow and many clients: 500 that send a byte a second, 4 that do not read, 5,000 idle ones, 2,300 at a limit of 2,048 files."""
import selectors
import threading
import time

from harness.agent import Agent, says_stop
from harness.configuration import configuration, http_check
from harness.sockets import connect, connect_many, drip
from harness.targets import Target, answer

QUICK, LIMIT = True, 150
HALF = b"GET /livez HTTP/1.1\r\nHost: localhost\r\nX: "


def attack(found, _):
    target = Target(answer())
    yaml = configuration(http_check("web", target))
    slow(found, yaml)
    unread(found, target)
    idle(found, yaml)
    many(found, yaml)
    target.close()


def clients_of(port, count, first=b""):
    """Connections that send something first. Those that the agent does not take are left out."""
    sockets = []
    for _ in range(count):
        try:
            connection = connect(port)
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
    agent, going = Agent(yaml), threading.Event()
    started = time.monotonic()
    loris, idle = clients_of(agent.port, 500, HALF), clients_of(agent.port, 300)
    threading.Thread(target=drip, args=(loris, going, b"x"), daemon=True).start()
    times = livez_times(agent, 20, pause=0.15)
    found.right("500 slow and 300 idle clients: /livez within a second", times[-1] < 1, f"at most {times[-1] * 1000:.0f} ms")
    status = agent.status("web")
    found.right("500 slow and 300 idle clients: checks go on", status == "healthy", f"{status}, {agent.rss():.0f} MB")
    left, last = cut_off(loris, started, within=30)
    found.right("the 500 slow clients are cut off within 20 s", len(loris) == 500 and not left and last < 20,
                f"{len(loris) - left} of 500, the last after {last:.0f} s")
    loris += clients_of(agent.port, 500, HALF)
    says_stop(found, agent, "stops while slow and idle ones are there")
    going.set()
    close(loris + idle)
    agent.end()


def livez_times(agent, count, pause=0.0):
    """Seconds of each request for /livez over a connection of its own, in ascending order; 9 where there was no answer."""
    times = []
    for _ in range(count):
        times.append(agent.alive() or 9)
        time.sleep(pause)
    return sorted(times)


def cut_off(sockets, started, within):
    """Waits until the server has closed them; how many are left, and the seconds from the start to the last that was closed."""
    selector, last = selectors.DefaultSelector(), 0
    for connection in sockets:
        selector.register(connection, selectors.EVENT_READ)
    while selector.get_map() and time.monotonic() - started < within:
        for key, _ in selector.select(1):
            if is_closed(key.fileobj):
                selector.unregister(key.fileobj)
                last = time.monotonic() - started
    return len(selector.get_map()), last


def is_closed(connection):
    try:
        return not connection.recv(65536)
    except OSError:
        return True


def unread(found, target):
    """A scrape whose answer nobody reads, large enough to fill the buffers of the socket."""
    checks = "".join(http_check(f"web-{n}", target, f"labels: {{ text: {'x' * 100} }}") for n in range(600))
    agent = Agent(configuration(checks, "interval: 10s, timeout: 5s"))
    agent.until(lambda: agent.runs("web-599") > 0, 20)
    scrapers = clients_of(agent.port, 4, b"GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n" * 5)
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


def idle(found, yaml):
    """More clients than the agent ever keeps, 4,096, at a limit of files that would allow them."""
    agent = Agent(yaml)
    agent.until(lambda: agent.status("web") == "healthy", 10)
    clients, resets, lack = connect_many(5_000, lambda _: connect(agent.port))
    if lack:
        found.skip(f"5,000 idle clients: {lack}")
    else:
        time.sleep(1)  # the last of those that were closed for others are gone
        times = livez_times(agent, 500)
        found.right("5,000 idle clients: 99 % of /livez within half a second, all within 2 s", times[-6] < 0.5 and times[-1] < 2,
                    f"p50 {times[250] * 1000:.1f} ms, p99 {times[-6] * 1000:.1f} ms, at most {times[-1] * 1000:.0f} ms of 500; "
                    f"{agent.rss():.0f} MB; {resets} resets")
        found.right("5,000 idle clients: checks send no event", len(agent.events("web")) == 1, f"{len(agent.events('web'))} events")
        says_stop(found, agent, "stops while they are there")
    close(clients)
    agent.end()


def many(found, yaml):
    """More clients than the process may open files; what it watches must not suffer."""
    agent = Agent(yaml, wrapper=("sh", "-c", 'ulimit -n 2048; exec "$@"', "sh"))
    agent.until(lambda: agent.status("web") == "healthy", 10)
    idle = clients_of(agent.port, 2_300)
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
