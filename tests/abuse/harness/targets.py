"""Servers on loopback that agents watch: healthy ones, and such as a broken or hostile peer would be."""
import selectors
import socket
import threading


class Target:
    """Hands each connection to `handler` in a thread of its own, until closed; `accepted` counts them."""

    def __init__(self, handler):
        self._handler, self.accepted = handler, 0
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=1024)
        self.port = self._listener.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}/"
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            self.accepted += 1
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection):
        with connection:
            try:
                self._handler(connection)
            except OSError:
                pass

    def close(self):
        self._listener.close()


class Silent:
    """Accepts on many addresses of one port, reads, and never answers; one thread for all of them."""

    def __init__(self, addresses=("127.0.0.1",)):
        self._selector, self.port = selectors.DefaultSelector(), 0
        self._listeners = []
        for address in addresses:
            listener = socket.create_server((address, self.port), backlog=1024)
            listener.setblocking(False)
            self.port = listener.getsockname()[1]
            self._selector.register(listener, selectors.EVENT_READ)
            self._listeners.append(listener)
        threading.Thread(target=self._loop, daemon=True).start()

    def _loop(self):
        while True:
            for key, _ in self._selector.select():
                try:
                    if key.fileobj in self._listeners:
                        connection, _ = key.fileobj.accept()
                        connection.setblocking(False)
                        self._selector.register(connection, selectors.EVENT_READ)
                    elif not key.fileobj.recv(65536):
                        raise OSError
                except BlockingIOError:
                    continue
                except OSError:
                    self._selector.unregister(key.fileobj)
                    key.fileobj.close()


def read_head(connection):
    """Reads a request up to its blank line."""
    head = b""
    while b"\r\n\r\n" not in head:
        piece = connection.recv(65536)
        if not piece:
            raise OSError("closed")
        head += piece
    return head


def answer(body=b"fine", status="200 OK", headers=""):
    """A handler that answers properly, once."""
    def handle(connection):
        read_head(connection)
        connection.sendall(f"HTTP/1.1 {status}\r\nContent-Length: {len(body)}\r\nConnection: close\r\n{headers}\r\n".encode() + body)
    return handle
