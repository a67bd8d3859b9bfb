"""Odd requests: bad methods, huge headers, half requests, bad Host, pipelines, absolute form, `/..//`."""
import re
import socket

from harness.agent import Agent, says_stop
from harness.commands import says_no_stack_trace
from harness.configuration import configuration, self_check

QUICK, LIMIT = True, 60
HOST = b"Host: localhost\r\n"
END = b"Connection: close\r\n\r\n"


def get(target):
    return b"GET " + target + b" HTTP/1.1\r\n" + HOST + END


REQUESTS = {
    "an unknown method": b"FROB /livez HTTP/1.1\r\n" + HOST + END,
    "a method of 8,000 letters": b"X" * 8_000 + b" /livez HTTP/1.1\r\n" + HOST + END,
    "TRACE": b"TRACE /livez HTTP/1.1\r\n" + HOST + END,
    "CONNECT": b"CONNECT localhost:443 HTTP/1.1\r\n" + HOST + END,
    "OPTIONS *": b"OPTIONS * HTTP/1.1\r\n" + HOST + END,
    "a header of 1 MB": b"GET /livez HTTP/1.1\r\n" + HOST + b"X: " + b"x" * 1_000_000 + b"\r\n" + END,
    "10,000 headers": b"GET /livez HTTP/1.1\r\n" + HOST + b"X: y\r\n" * 10_000 + END,
    "a path of 1 MB": get(b"/" + b"x" * 1_000_000),
    "half a request": b"GET /livez HT",
    "half a head": b"GET /livez HTTP/1.1\r\n" + HOST,
    "no Host": b"GET /livez HTTP/1.1\r\n" + END,
    "two Hosts": b"GET /livez HTTP/1.1\r\n" + HOST + HOST + END,
    "Host of another site": b"GET /health HTTP/1.1\r\nHost: evil.example\r\n" + END,
    "Host that is none": b"GET /livez HTTP/1.1\r\nHost: a b\xff@[::\r\n" + END,
    "a pipeline of 500": (b"GET /livez HTTP/1.1\r\n" + HOST + b"\r\n") * 499 + get(b"/livez"),
    "absolute form": get(b"http://evil.example/livez"),
    "/..//": get(b"/..//"),
    "climbing out": get(b"/health/checks/../../../../etc/passwd"),
    "climbing out, encoded": get(b"/health/checks/%2e%2e%2f%2e%2e%2fetc%2fpasswd%00"),
    "broken percent signs": get(b"/readyz?exclude=%zz&exclude=%&verbose=%ff%fe"),
    "5,000 exclusions": get(b"/readyz?verbose" + b"&exclude=a" * 700),
    "bytes that are no UTF-8": get(b"/health/checks/\xff\xfe\x80"),
    "NUL and controls": get(b"/health/\x00\x01\x1b[2J"),
    "HTTP/9.9": b"GET /livez HTTP/9.9\r\n" + HOST + END,
    "HTTP/0.9": b"GET /livez\r\n",
    "TLS": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\x00" * 500,
    "an HTTP/2 preface and garbage": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + b"\xff" * 1_000,
    "two lengths": b"POST /reload HTTP/1.1\r\n" + HOST + b"Content-Length: 5\r\nContent-Length: 50\r\n" + END + b"hello",
    "length and chunks": b"POST /reload HTTP/1.1\r\n" + HOST + b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n" + END + b"0\r\n\r\n",
    "a negative length": b"POST /reload HTTP/1.1\r\n" + HOST + b"Content-Length: -1\r\n" + END,
    "a body of 1 EB": b"POST /livez HTTP/1.1\r\n" + HOST + b"Content-Length: 1000000000000000000\r\n" + END + b"x" * 1_000,
    "a chunk of any size": b"POST /livez HTTP/1.1\r\n" + HOST + b"Transfer-Encoding: chunked\r\n" + END + b"ffffffffffffffff\r\nx",
    "nothing but line ends": b"\r\n" * 50_000,
    "64 KB of noise": bytes(range(256)) * 256,
}


def attack(found, _):
    agent = Agent(configuration(self_check()))
    dead, failed, leaked = [], [], []
    for name, data in REQUESTS.items():
        answered = send(agent.port, data)
        if re.match(rb"HTTP/1\.\d 500", answered):
            failed.append(name)
        if b"root:" in answered:
            leaked.append(name)
        if agent.alive() is None:
            dead.append(name)
    found.right("answers 200 on /livez after each", not dead,
                f"{len(REQUESTS)} requests" + (f"; not after: {', '.join(dead)}" if dead else ""))
    found.right("no request is answered with 500", not failed, ", ".join(failed) or "none")
    found.right("no file comes out", not leaked, ", ".join(leaked) or "none")
    says_no_stack_trace(found, agent)
    says_stop(found, agent, "stops while half requests are open")
    agent.end()


_open = []


def send(port, data):
    """Sends bytes, and returns the beginning of the answer; half requests are left open."""
    connection = socket.create_connection(("127.0.0.1", port), timeout=0.5)
    _open.append(connection)
    try:
        connection.sendall(data)
        answered = connection.recv(65536)
        return answered + connection.recv(65536) if answered else b""
    except OSError:
        return b""
