"""Sockets of clients: many, and slow on purpose."""
import errno
import resource
import socket
import time

# What the machine lacks for one more socket, by the number of the error.
LACKS = {
    errno.EMFILE: lambda: f"the limit of open files is {resource.getrlimit(resource.RLIMIT_NOFILE)[0]} (ulimit -n)",
    errno.ENFILE: lambda: "the system has no more open files",
    errno.EADDRNOTAVAIL: lambda: "no local port is free",
    errno.ENOBUFS: lambda: "the system has no memory for sockets",
    errno.ENOMEM: lambda: "the system has no memory for sockets",
}


def connect(port, timeout=10):
    """A connection; the timeout is long enough for three lost packets of a busy machine, which are sent again after 1, 3 and 7 s."""
    return socket.create_connection(("127.0.0.1", port), timeout=timeout)


def connect_many(count, connect_one):
    """
    Opens connections, each by a call with its number: those that are open, how many attempts were reset before, and why there are not
    more, if the machine lacks something. Clients that are reset connect again: the agent closes idle connections for new ones, and
    resets new ones while too many of those are not gone yet. Any other error is the agent's, and raised.
    """
    opened, resets = [], 0
    while len(opened) < count:
        try:
            opened.append(connect_one(len(opened)))
        except (ConnectionResetError, BrokenPipeError):
            resets += 1
            if resets > count:
                raise
            time.sleep(0.01)
        except OSError as error:
            if error.errno not in LACKS:
                raise
            return opened, resets, f"only {len(opened):,} of {count:,} connections can be opened here: {LACKS[error.errno]()}"
    return opened, resets, None


def drip(sockets, stop, piece):
    """Sends a piece by each of them every second, until it is stopped. Those that were cut off are passed over."""
    while not stop.wait(1):
        for connection in sockets:
            try:
                connection.send(piece)
            except OSError:
                pass
