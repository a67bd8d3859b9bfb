"""4,000 made-up queries, names, headers and bodies on every route, fixed seed; bodies that trickle in."""
import http.client
import json
import random
import socket
import string
import threading
import time

from harness.agent import Agent, says_stop
from harness.commands import says_no_stack_trace
from harness.configuration import configuration, http_check
from harness.sockets import drip
from harness.targets import Target, answer

QUICK, LIMIT = True, 120
REQUESTS, SEED = 4_000, 13
ALSO = [("GET", "/metrics"), ("GET", "/events"), ("GET", "/probe"), ("PUT", "/heartbeats/{name}"), ("POST", "/health/run")]
KEYS = ["mode", "verbose", "exclude", "checks", "groups", "tier", "lastEventId", "target", "module", "debug", "status", "message", ""]
WORDS = ["light", "full", "web", "dependency", "fail", "1-ffffffff", "99999999999999999999", "-1", "0", "true", "NaN", "1e999", "{}", "[]",
         "null", "http://127.0.0.1:1/", "file:///etc/passwd", "../..", "%", "%00", "%ff%fe", "%F0%9F%9A%91", "a" * 3_000, "\"'<>&;`$()"]
HEADERS = ["Accept", "Accept-Encoding", "Authorization", "Content-Type", "Cookie", "Host", "If-None-Match", "Last-Event-ID", "Origin",
           "Range", "X-Forwarded-For", "Forwarded", "traceparent", "Expect", "Connection", "X-HTTP-Method-Override"]
VALUES = ["*/*", "*/*;q=x", "text/event-stream;q=0", ",,,", "Bearer ", "Bearer x.y.z", "Basic eDp5", "application/json;charset=x",
          "\"a\", W/\"", "null", "bytes=0-", "127.0.0.1, unknown", "for=\"[::1]:x\"", "00-0-0-0", "100-continue",
          "\x80\xff", "x" * 5_000, "upgrade"]


def attack(found, _):
    target = Target(answer())
    agent = Agent(configuration(http_check("web", target)))
    agent.until(lambda: agent.status("web") == "healthy", 10)
    requests(found, agent)
    trickles(found, agent)
    says_no_stack_trace(found, agent)
    found.right("checks send no event", len(agent.events("web")) == 1, f"{len(agent.events('web'))} events")
    says_stop(found, agent, "stops afterwards")
    agent.end()
    target.close()


def routes(agent):
    """Those that the agent's own document names, and some that it might not."""
    status, text = agent.ask("/openapi/v1.json")
    paths = json.loads(text)["paths"] if status == 200 else {}
    known = [(method.upper(), path) for path, operations in paths.items() for method in operations]
    return known + [one for one in ALSO if one not in known]


def requests(found, agent):
    chance, before, statuses, failed, silent = random.Random(SEED), agent.rss(), {}, [], []
    known = routes(agent)
    for number in range(REQUESTS):
        method, path = chance.choice(known)
        if chance.random() < 0.1:
            method = chance.choice(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "X"])
        url = path.replace("{name}", chance.choice(["web", "none", *WORDS])).replace("{group}", "x").replace("{tier}", "x")
        url = quoted(url + "?" * (chance.random() < 0.8) + "&".join(f"{chance.choice(KEYS)}={chance.choice(WORDS)}"
                                                                    for _ in range(chance.randrange(6))))
        head = {chance.choice(HEADERS): chance.choice(VALUES) for _ in range(chance.randrange(4))}
        body = made_up(chance) if method in ("POST", "PUT", "PATCH") else None
        status = ask(agent.port, method, url, head, body)
        statuses[status] = statuses.get(status, 0) + 1
        if status == 500 or (status == 0 and agent.alive() is None):
            (failed if status else silent).append(f"{method} {url[:100]} {head} {str(body)[:50]}")
    seen = ", ".join(f"{count} × {status or 'closed'}" for status, count in sorted(statuses.items()))
    found.right(f"{REQUESTS} made-up requests to {len(known)} routes: no 500", not failed, failed[0] if failed else seen)
    found.right("/livez answers throughout", not silent, silent[0] if silent else "200")
    found.right("less than 60 MB more", agent.rss() - before < 60, f"{before:.0f} MB, then {agent.rss():.0f} MB")


def quoted(url):
    """What cannot be sent at all is left out."""
    return "".join(letter for letter in url if letter in string.printable and letter not in string.whitespace)


def made_up(chance):
    valid = json.dumps({"reason": chance.choice(WORDS), "for": chance.choice(["1h", "x", -1, None]), chance.choice(KEYS): [WORDS[:3]]})
    return chance.choice([b"", b"{", b"[" * 10_000, b"\x00\xff" * 50, valid.encode(), valid[:-5].encode(), b"x" * 70_000,
                          b'{"a":' * 2_000, b'"\\ud800"', b"name=web&status=fail"])


def ask(port, method, url, head, body):
    """The status; 0 when the connection was closed instead. The beginning of an answer is enough: streams have no end."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=3)
    try:
        connection.request(method, url, body=body, headers={name: value.encode("latin-1") for name, value in head.items()})
        return connection.getresponse().status
    except (OSError, http.client.HTTPException, ValueError):
        return 0
    finally:
        connection.close()


def trickles(found, agent):
    """300 bodies of which a byte comes per second."""
    paths = [b"POST /reload", b"POST /health/run", b"PUT /heartbeats/web"]
    connections = [socket.create_connection(("127.0.0.1", agent.port), timeout=2) for _ in range(300)]
    started, going = time.monotonic(), threading.Event()
    for number, connection in enumerate(connections):
        connection.sendall(paths[number % 3] + b" HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                           b"Content-Length: 60000\r\n\r\n{")
    threading.Thread(target=drip, args=(connections, going, b" "), daemon=True).start()
    slowest = 0
    open_ones = list(connections)
    while open_ones and time.monotonic() - started < 30:
        slowest = max(slowest, agent.alive() or 99)
        open_ones = [one for one in open_ones if not has_ended(one)]
        time.sleep(0.2)
    going.set()
    found.right("300 bodies of a byte per second: cut off within 20 s, /livez within a second",
                not open_ones and time.monotonic() - started < 20 and slowest < 1,
                f"{300 - len(open_ones)} cut off after {time.monotonic() - started:.0f} s, /livez at most {slowest * 1000:.0f} ms")
    for connection in connections:
        connection.close()


def has_ended(connection):
    connection.settimeout(0.001)
    try:
        return not connection.recv(65536)
    except TimeoutError:
        return False
    except OSError:
        return True
