"""Just enough of HTTP/2 without TLS to misuse it: frames as bytes, headers without compression."""
import socket
import struct

PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
DATA, HEADERS, RESET, SETTINGS, PING, GOAWAY, WINDOW, CONTINUATION = 0, 1, 3, 4, 6, 7, 8, 9
END_STREAM, ACK, END_HEADERS = 1, 1, 4


def frame(kind, flags=0, stream=0, payload=b""):
    return struct.pack(">I", len(payload))[1:] + bytes((kind, flags)) + struct.pack(">I", stream) + payload


def settings(**values):
    """Settings by number, as s4=0."""
    return frame(SETTINGS, payload=b"".join(struct.pack(">HI", int(name[1:]), value) for name, value in values.items()))


def integer(value, prefix, first=0):
    """An integer of HPACK."""
    most = (1 << prefix) - 1
    if value < most:
        return bytes((first | value,))
    out, value = [first | most], value - most
    while value >= 128:
        out.append(value % 128 + 128)
        value //= 128
    return bytes((*out, value))


def field(name, value, first=0):
    """A header as a literal; with 0x40 as `first` it is kept in the table of the other side."""
    name, value = name.encode(), value.encode() if isinstance(value, str) else value
    return bytes((first,)) + integer(len(name), 7) + name + integer(len(value), 7) + value


def request(path, method="GET", **more):
    head = field(":method", method) + field(":scheme", "http") + field(":authority", "localhost") + field(":path", path)
    return head + b"".join(field(name.replace("_", "-"), value) for name, value in more.items())


def connect(port, *first, timeout=5):
    connection = socket.create_connection(("127.0.0.1", port), timeout=timeout)
    connection.sendall(PREFACE + (b"".join(first) or settings()))
    return connection


def send_until_closed(connection, pieces):
    """Sends while the other side takes it; whether it closed the connection."""
    try:
        for piece in pieces:
            connection.sendall(piece)
        return is_closed(connection)
    except OSError:
        return True


def is_closed(connection, within=5):
    """Reads what comes, and answers nothing."""
    connection.settimeout(within)
    try:
        while connection.recv(65536):
            pass
        return True
    except TimeoutError:
        return False
    except OSError:
        return True


def frames(connection):
    """The frames that come, until it is closed or times out: kind, flags, stream, payload."""
    got = b""
    while True:
        while len(got) < 9 or len(got) < 9 + int.from_bytes(got[:3], "big"):
            piece = connection.recv(65536)
            if not piece:
                return
            got += piece
        length = int.from_bytes(got[:3], "big")
        yield got[3], got[4], int.from_bytes(got[5:9], "big"), got[9:9 + length]
        got = got[9 + length:]
