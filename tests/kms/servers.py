"""Servers that misbehave, for real: each a thread on a loopback port, gone at the end of a test."""

import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

Reply = Callable[[socket.socket], None]


class Answering:
    """Accepts connections and lets `reply` deal with each request on them, until it has enough."""

    def __init__(self, reply: Reply, context: ssl.SSLContext | None = None) -> None:
        self._reply, self._context = reply, context
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listening.getsockname()[1]
        self.connections = 0
        self._open: list[socket.socket] = []
        self._threads = [threading.Thread(target=self._accept)]
        self._threads[0].start()

    def close(self) -> None:
        for one in (self._listening, *self._open):
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()
        for thread in self._threads:
            thread.join(10)

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                accepted, _ = self._listening.accept()
                self.connections += 1
                self._open.append(accepted)
                thread = threading.Thread(target=self._serve, args=(accepted,))
                self._threads.append(thread)
                thread.start()

    def _serve(self, accepted: socket.socket) -> None:
        with suppress(OSError):
            if self._context:
                accepted = self._context.wrap_socket(accepted, server_side=True)
                self._open.append(accepted)
            while request_of(accepted):
                self._reply(accepted)
        accepted.close()


def request_of(accepted: socket.socket) -> bytes:
    """One whole HTTP request; nothing where the client has gone."""
    read = b""
    while b"\r\n\r\n" not in read:
        part = accepted.recv(65_536)
        if not part:
            return b""
        read += part
    head, _, body = read.partition(b"\r\n\r\n")
    length = sum(
        int(line.split(b":")[1])
        for line in head.split(b"\r\n")
        if line.lower().startswith(b"content-length:")
    )
    while len(body) < length:
        body += accepted.recv(65_536)
    return read


@contextmanager
def answering(reply: Reply, context: ssl.SSLContext | None = None) -> Iterator[Answering]:
    server = Answering(reply, context)
    try:
        yield server
    finally:
        server.close()


@contextmanager
def black_hole() -> Iterator[int]:
    """The port of a socket that takes connections and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield listening.getsockname()[1]


@contextmanager
def nobody() -> Iterator[int]:
    """A port that nobody listens on, and nobody else can have meanwhile."""
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        yield bound.getsockname()[1]


def always(answer: bytes, status: str = "200 OK") -> Reply:
    """A reply with this body."""
    head = (
        f"HTTP/1.1 {status}\r\nContent-Type: application/x-amz-json-1.1\r\n"
        f"Content-Length: {len(answer)}\r\n\r\n"
    )
    return raw(head.encode() + answer)


def raw(answer: bytes) -> Reply:
    """A reply of these very bytes."""

    def reply(accepted: socket.socket) -> None:
        accepted.sendall(answer)

    return reply


def then_closing(reply: Reply, closed: threading.Semaphore | None = None) -> Reply:
    """The same, and the connection is closed right after, of which `closed` is told."""

    def closing(accepted: socket.socket) -> None:
        reply(accepted)
        accepted.shutdown(socket.SHUT_RDWR)
        if closed:
            closed.release()

    return closing
