"""Streams of /events and gRPC watches: unread, idle among thousands, and open at a stop."""
import re
import signal
import socket
import tempfile
import time

from harness import http2
from harness.agent import Agent, says_stop
from harness.configuration import configuration, http_check
from harness.http2 import DATA, END_HEADERS, END_STREAM, HEADERS, frame
from harness.sockets import connect, connect_many
from harness.targets import Target, answer

QUICK, LIMIT = True, 150
EVENTS = b"GET /events HTTP/1.1\r\nHost: localhost\r\n\r\n"
WATCH = http2.request("/grpc.health.v1.Health/Watch", "POST", content_type="application/grpc", te="trailers")


class Changing(Target):
    """A target that can be told to fail."""

    def __init__(self):
        self.fails = False
        super().__init__(lambda connection: answer(status="503 Service Unavailable" if self.fails else "200 OK")(connection))


def attack(found, _):
    target = Changing()
    unread(found, target)
    crowd(found, target)
    stop(found, target)
    kill(found, target)
    target.close()


def open_stream(port, head=EVENTS):
    connection = socket.create_connection(("127.0.0.1", port), timeout=5)
    connection.sendall(head)
    return connection


def open_watch(port):
    connection = http2.connect(port)
    connection.sendall(frame(HEADERS, END_HEADERS, 1, WATCH) + frame(DATA, END_STREAM, 1, b"\0" * 5))
    return connection


def read_until(connection, wanted, within=5):
    """What came until a text was in it; all there was if it never is."""
    got, until = b"", time.monotonic() + within
    while wanted not in got and time.monotonic() < until:
        try:
            piece = connection.recv(65536)
        except TimeoutError:
            break
        if not piece:
            break
        got += piece
    return got


def unread(found, target):
    """64 streams of all states of 2,000 checks, 8 MB, of which nobody reads more than the first words; the 65th is refused."""
    checks = "".join(http_check(f"web-{n}", target, f"labels: {{ text: {'x' * 4_000} }}") for n in range(2_000))
    agent = Agent(configuration(checks, "interval: 30s, timeout: 5s"), starts_within=40)
    agent.until(lambda: agent.ask("/startupz")[0] == 200, 40)
    before = agent.rss()
    streams = []
    for _ in range(64):
        connection = socket.socket()
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        connection.connect(("127.0.0.1", agent.port))
        connection.sendall(EVENTS)
        streams.append(connection)
    begun = sum(stream.recv(12) == b"HTTP/1.1 200" for stream in streams)
    full = agent.until(lambda: b" 429 " in head_of(agent.port), 5)
    found.right("64 streams of an address: the next is 429", full and begun == 64, "429" if full else head_of(agent.port)[:40])
    slowest = max(agent.alive() or 99 for _ in range(50))
    peak = agent.rss()
    agent.until(lambda: agent.output().count("its reader is too slow") >= 64, 40)
    dropped = agent.output().count("its reader is too slow")
    found.right("streams that nobody reads are cut off within 40 s", dropped == 64 and b" 200 " in head_of(agent.port),
                f"{dropped} cut off")
    found.right("64 streams that nobody reads: /livez within a second, less than 60 MB more", slowest < 1 and peak - before < 60,
                f"at most {slowest * 1000:.0f} ms; {before:.0f} MB, then {peak:.0f} MB")
    says_stop(found, agent, "stops while nobody reads")
    agent.end()
    for connection in streams:
        connection.close()


def head_of(port):
    with open_stream(port) as connection:
        return read_until(connection, b"\r\n\r\n", 2)


def crowd(found, target):
    """5,000 idle connections push out idle ones, and no stream or watch in use."""
    agent = Agent(configuration(http_check("web", target)))
    agent.until(lambda: agent.status("web") == "healthy", 10)
    streams, watches = [open_stream(agent.port) for _ in range(60)], [open_watch(agent.port) for _ in range(20)]
    idle, resets, lack = connect_many(5_000, lambda number: (http2.connect if number % 5 == 0 else connect)(agent.port))
    if lack:
        found.skip(f"5,000 idle connections: {lack}")
    else:
        pushed_out(found, agent, target, streams, resets)
    for connection in (*streams, *watches, *idle):
        connection.close()
    agent.end()


def pushed_out(found, agent, target, streams, resets):
    """What is right while 5,000 idle connections, more than the agent keeps, are there."""
    time.sleep(1)
    times = sorted(agent.alive() or 9 for _ in range(200))
    found.right("5,000 idle connections beside 60 streams: 99 % of /livez within half a second", times[-3] < 0.5,
                f"p50 {times[100] * 1000:.1f} ms, p99 {times[-3] * 1000:.1f} ms; {agent.rss():.0f} MB; {resets} resets")
    target.fails = True
    heard = sum(b"unhealthy" in read_until(stream, b'"previousStatus":"healthy"', 20) for stream in streams)
    found.right("all 60 streams go on", heard == 60, f"{heard} heard of a change of status")
    target.fails = False


def stop(found, target):
    """SIGTERM with streams and watches open: /readyz is 503 first, they go on during the drain, then they end, and all exits with 0."""
    agent = Agent(configuration(http_check("web", target), agent=("drain: 3s",)))
    agent.until(lambda: agent.status("web") == "healthy", 10)
    streams, watches = [open_stream(agent.port) for _ in range(30)], [open_watch(agent.port) for _ in range(30)]
    for stream in streams:
        read_until(stream, b"]}\n\n")
    agent.signal(signal.SIGTERM)
    withdrawn = agent.until(lambda: agent.ask("/readyz")[0] == 503, 2)
    going_on = not readable(streams[0])
    ended = sum(b"event: end\ndata: {\"reason\":\"the agent is stopping\"}" in read_until(stream, b"event: end\n", 8) for stream in streams)
    code, seconds = agent.stop(10, ask=False)
    found.right("SIGTERM with 30 streams and 30 watches: /readyz 503 first, and streams go on", withdrawn and going_on,
                f"/readyz {'503' if withdrawn else 'not 503'}")
    found.right("after the drain all streams end with the reason", ended == 30, f"{ended} of 30")
    found.right("exit code 0 within 10 s", code == 0 and seconds < 10, f"exit code {code} after {seconds:.1f} s")
    for connection in (*streams, *watches):
        connection.close()
    agent.end()


def readable(connection):
    connection.settimeout(0.2)
    try:
        return bool(connection.recv(1, socket.MSG_PEEK))
    except TimeoutError:
        return False
    finally:
        connection.settimeout(5)


def kill(found, target):
    """Ten kills without warning, with a directory of its own: a reader that comes back misses nothing, and hears nothing twice."""
    with tempfile.TemporaryDirectory(prefix="abuse-") as folder:
        yaml = configuration(http_check("web", target, "failureThreshold: 1"), agent=(f"history: {{ path: {folder}/state }}",))
        last, sequences, resets = None, [], 0
        for number in range(10):
            target.fails = number % 2 == 1
            agent = Agent(yaml)
            head = EVENTS if last is None else EVENTS[:-2] + b"Last-Event-ID: " + last + b"\r\n\r\n"
            with open_stream(agent.port, head) as stream:
                read = read_until(stream, b'"status":"unhealthy"' if target.fails else b'"status":"healthy"', 15)
                read += read_until(stream, b"\n\n", 0.5)
            resets += b"event: reset" in read and last is not None
            ids = re.findall(rb"id: ((\d+)-[0-9a-f]+)\nevent: health", read)
            sequences += [int(sequence) for _, sequence in ids]
            last = re.findall(rb"id: (\S+)\n", read)[-1]
            agent.signal(signal.SIGKILL)
            agent.process.wait()
            agent.end()
    target.fails = False
    held = resets == 0 and sequences == list(range(sequences[0], sequences[0] + len(sequences)))
    found.right("10 kills: each event once, none missing", held, f"{len(sequences)} events, {resets} resets")
