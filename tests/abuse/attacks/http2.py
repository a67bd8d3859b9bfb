"""HTTP/2 without TLS: rapid resets, endless headers and settings, header bombs, windows of 0, 1,000 idle connections."""
import struct
import threading
import time

from harness import http2
from harness.agent import Agent, says_stop
from harness.commands import says_no_stack_trace
from harness.configuration import configuration, http_check
from harness.http2 import CONTINUATION, DATA, END_HEADERS, END_STREAM, HEADERS, PING, RESET, SETTINGS, WINDOW, frame
from harness.targets import Target, answer

QUICK, LIMIT = True, 120
MEMORY = 150  # MB more than before


def resets():
    """Requests that are taken back at once. CVE-2023-44487."""
    for stream in range(1, 100_000, 2):
        yield (frame(HEADERS, END_HEADERS | END_STREAM, stream, http2.request("/health?mode=full"))
               + frame(RESET, stream=stream, payload=struct.pack(">I", 8)))


def headers_without_end():
    """CVE-2024-27316 and its kind."""
    yield frame(HEADERS, END_STREAM, 1, http2.request("/livez"))
    for number in range(20_000):
        yield frame(CONTINUATION, stream=1, payload=http2.field(f"x-{number}", "y" * 4_000))


def empty_continuations():
    yield frame(HEADERS, END_STREAM, 1, http2.request("/livez"))
    for _ in range(200_000):
        yield frame(CONTINUATION, stream=1)


def header_bomb():
    """A large header in the table, named by one byte again and again."""
    for stream in range(1, 400, 2):
        yield frame(HEADERS, END_HEADERS | END_STREAM, stream,
                    http2.request("/livez") + http2.field("x", b"y" * 3_900, 0x40) + b"\xbe" * 10_000)


def pings():
    for _ in range(100_000):
        yield frame(PING, payload=b"12345678")


def many_settings():
    for _ in range(100_000):
        yield http2.settings(s3=1)


def empty_data():
    yield frame(HEADERS, END_HEADERS, 1, http2.request("/reload", "POST"))
    for _ in range(200_000):
        yield frame(DATA, stream=1)


def overflow():
    for _ in range(10):
        yield frame(WINDOW, payload=struct.pack(">I", 2**31 - 1))


def noise():
    for kind in range(256):
        yield frame(kind, 255 - kind, kind, bytes(range(256)))


FLOODS = {
    "50,000 requests taken back at once": resets, "headers of 80 MB without an end": headers_without_end,
    "200,000 empty continuations": empty_continuations, "2,000,000 headers by one byte each": header_bomb,
    "100,000 pings": pings, "100,000 settings": many_settings, "200,000 empty pieces of a body": empty_data,
    "a window beyond 2³¹": overflow, "frames of every kind": noise,
}


def attack(found, _):
    target = Target(answer())
    agent = Agent(configuration(http_check("web", target)))
    agent.until(lambda: agent.status("web") == "healthy", 10)
    floods(found, agent)
    unread(found, agent)
    idle(found, agent)
    says_no_stack_trace(found, agent)
    found.right("checks send no event", len(agent.events("web")) == 1, f"{len(agent.events('web'))} events")
    says_stop(found, agent, "stops afterwards")
    agent.end()
    target.close()


def floods(found, agent):
    """Each by four connections at once, while somebody else asks."""
    before, peak = agent.rss(), agent.peak
    for what, pieces in FLOODS.items():
        threads = [threading.Thread(target=flood, args=(agent.port, pieces), daemon=True) for _ in range(4)]
        for thread in threads:
            thread.start()
        slowest = 0
        while any(thread.is_alive() for thread in threads):
            slowest = max(slowest, agent.alive() or 99)
            time.sleep(0.05)
        found.right(f"{what}: /livez within a second", slowest < 1, f"at most {slowest * 1000:.0f} ms")
    peak = max(peak, agent.peak)
    found.right(f"less than {MEMORY} MB more", peak - before < MEMORY, agent.ended_for or f"{before:.0f} MB, at most {peak:.0f} MB")


def flood(port, pieces):
    try:
        with http2.connect(port) as connection:
            http2.send_until_closed(connection, pieces())
    except OSError:
        pass


def unread(found, agent):
    """Asks for as much as there is, and takes nothing of it: by a window of 0, which no limit of the connection notices."""
    connections = []
    for _ in range(20):
        connection = http2.connect(agent.port, http2.settings(s4=0))
        connection.sendall(b"".join(frame(HEADERS, END_HEADERS | END_STREAM, stream, http2.request("/metrics"))
                                    for stream in range(1, 200, 2)))
        connections.append(connection)
    time.sleep(1)
    slowest = max(agent.alive() or 99 for _ in range(20))
    found.right("2,000 requests that take nothing of their answer: /livez within a second", slowest < 1,
                f"at most {slowest * 1000:.0f} ms; {agent.rss():.0f} MB")
    for connection in connections:
        connection.close()


def idle(found, agent):
    connections = [http2.connect(agent.port) for _ in range(1_000)]
    time.sleep(1)
    times = sorted(agent.alive() or 9 for _ in range(200))
    found.right("1,000 idle connections: 99 % of /livez within half a second", times[-3] < 0.5,
                f"p50 {times[100] * 1000:.1f} ms, p99 {times[-3] * 1000:.1f} ms; {agent.rss():.0f} MB")
    for connection in connections:
        connection.close()
