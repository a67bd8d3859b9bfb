"""Sockets of clients that are slow on purpose."""


def drip(sockets, stop, piece):
    """Sends a piece by each of them every second, until it is stopped. Those that were cut off are passed over."""
    while not stop.wait(1):
        for connection in sockets:
            try:
                connection.send(piece)
            except OSError:
                pass
