"""Hostile targets: endless, dripping, garbage, a gzip bomb, redirects in a circle, huge headers, one that never closes."""
import gzip
import os
import time

from harness.agent import Agent, says_stop
from harness.commands import STACK_TRACE
from harness.configuration import configuration, http_check
from harness.targets import Silent, Target, answer, read_head

QUICK, LIMIT = True, 90
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n"
TIMEOUT = 2  # s, of each check


def repeated(first, piece, pause=0.0):
    """A handler that sends `first`, then `piece` for ever."""
    def handle(connection):
        read_head(connection)
        connection.sendall(first)
        while True:
            connection.sendall(piece)
            time.sleep(pause)
    return handle


def once(data):
    def handle(connection):
        read_head(connection)
        connection.sendall(data)
    return handle


def never_closing(connection):
    read_head(connection)
    connection.sendall(HEAD + b"Content-Length: 100\r\n\r\nhalf")
    time.sleep(600)


def circle(connection):
    read_head(connection)
    connection.sendall(b"HTTP/1.1 302 Found\r\nLocation: /again\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")


def gzip_bomb():
    packed = gzip.compress(bytes(200_000_000), compresslevel=6)
    return HEAD + f"Content-Encoding: gzip\r\nContent-Length: {len(packed)}\r\nConnection: close\r\n\r\n".encode() + packed


def chunks(size):
    return HEAD + b"Transfer-Encoding: chunked\r\n\r\n" + size + b"\r\n" + b"x" * 1000


HANDLERS = {
    "endless": repeated(HEAD + b"\r\n", b"x" * 65536),
    "endless-lines": repeated(b"HTTP/1.1 200 OK\r\nX: ", b"x" * 65536),
    "endless-headers": repeated(b"HTTP/1.1 200 OK\r\n", b"X: y\r\n" * 1000),
    "endless-continue": repeated(b"", b"HTTP/1.1 100 Continue\r\n\r\n" * 100),
    "drip": repeated(HEAD + b"Content-Length: 1000000\r\n\r\n", b"x", 0.1),
    "drip-head": repeated(b"HTTP/1.1 200 OK\r\n", b"x", 0.1),
    "garbage": once(os.urandom(100_000)),
    "closes": lambda connection: None,
    "never-closing": never_closing,
    "circle": circle,
    "huge-chunk": once(chunks(b"fffffffffffffff")),
    "bad-chunk": once(chunks(b"zz")),
    "bad-length": once(HEAD + b"Content-Length: -5\r\n\r\n"),
    "bad-status": once(b"HTTP/1.1 99999999999 \xff\xfe\r\n\r\n"),
    "bad-gzip": once(HEAD + b"Content-Encoding: gzip\r\nContent-Length: 10\r\n\r\n0123456789"),
    "deep-json": answer(b"[" * 900_000),
    "controls": answer(b"\x1b[2J\x00\r\n\x07" * 1000),
}


def attack(found, _):
    targets = {name: Target(handler) for name, handler in HANDLERS.items()}
    targets["gzip-bomb"] = Target(once(gzip_bomb()))
    targets["silent"] = Silent()
    healthy = Target(answer())
    entries = http_check("healthy", healthy)
    for name, target in targets.items():
        url = f"http://127.0.0.1:{target.port}/"
        entries += http_check(name, url, "followRedirects: true, expect: ['body contains fine', 'json $.a == 1']")
        entries += http_check(name + "-tls", url.replace("http", "https", 1))
        entries += f"  - {{ name: {name}-redis, kind: redis, connectionString: '127.0.0.1:{target.port}' }}\n"
        entries += f"  - {{ name: {name}-pg, kind: postgres, connectionString: 'postgres://a:b@127.0.0.1:{target.port}/c' }}\n"
        entries += f"  - {{ name: {name}-amqp, kind: rabbitmq, connectionString: 'amqp://a:b@127.0.0.1:{target.port}/' }}\n"
    agent = Agent(configuration(entries, f"interval: {TIMEOUT}s, timeout: {TIMEOUT}s, failureThreshold: 1"))
    agent.until(lambda: all(check["status"] != "unknown" for check in agent.checks().values()), 3 * TIMEOUT + 4)
    time.sleep(TIMEOUT * 2)
    checks = agent.checks()
    judge(found, agent, checks)
    says_stop(found, agent, "stops while they all go on")
    agent.end()
    for target in targets.values():
        if isinstance(target, Target):
            target.close()


def judge(found, agent, checks):
    bad = {name: check for name, check in checks.items() if name != "healthy"}
    unknown = [name for name, check in bad.items() if check["status"] == "unknown"]
    up = [name for name, check in bad.items() if check["status"] in ("healthy", "degraded")]
    late = {name: check["last"]["durationMs"] for name, check in bad.items() if "last" in check}
    worst = max(late, key=late.get) if late else ""
    found.right("each check comes to a verdict", bad and not unknown, f"{len(bad)} checks; unknown: {', '.join(unknown) or 'none'}")
    found.right("none of them is healthy", not up, ", ".join(up) or "none")
    found.right("each within its deadline, and half a second", late and late[worst] < TIMEOUT * 1000 + 500,
                f"at most {late[worst]:.0f} ms ({worst})" if late else "no run")
    found.right("no run is a fault of the agent", all(check.get("last", {}).get("errorType") != "internal" for check in bad.values()),
                ", ".join(name for name, check in bad.items() if check.get("last", {}).get("errorType") == "internal") or "none")
    found.right("the healthy one beside them sends one event", len(agent.events("healthy")) == 1, f"{len(agent.events('healthy'))} events")
    found.right("memory below 300 MB", agent.peak < 300, agent.ended_for or f"peak {agent.peak:.0f} MB")
    found.right("no stack trace, no control characters in the log", not STACK_TRACE.search(agent.output()) and "\x1b" not in agent.output(),
                f"{len(agent.output().splitlines())} lines")
