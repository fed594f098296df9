"""A way to a server on which one long answer is cut off, as connections are in life."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from urllib.parse import urlsplit

_PIECE = 65_536


class _Way:
    """Passes bytes on, both ways; the first `cuts` answers that are longer than `limit` end there.

    A connection's bytes count together, so `limit` is beyond what small answers come to."""

    def __init__(self, endpoint: str, limit: int, cuts: int) -> None:
        place = urlsplit(endpoint)
        self._to = (place.hostname or "", place.port or 80)
        self._limit, self.left = limit, cuts
        self.server = socket.create_server(("127.0.0.1", 0))
        self.endpoint = f"http://127.0.0.1:{self.server.getsockname()[1]}"

    def serve(self) -> None:
        with suppress(OSError):
            while True:
                near = self.server.accept()[0]
                far = socket.create_connection(self._to, timeout=30)
                threading.Thread(target=self._pass, args=(near, far, False), daemon=True).start()
                threading.Thread(target=self._pass, args=(far, near, True), daemon=True).start()

    def _pass(self, source: socket.socket, sink: socket.socket, answers: bool) -> None:
        passed = 0
        with suppress(OSError), source, sink:
            while piece := source.recv(_PIECE):
                passed += len(piece)
                if answers and self.left and passed > self._limit:
                    self.left -= 1
                    sink.shutdown(socket.SHUT_RDWR)
                    return
                sink.sendall(piece)


@contextmanager
def cutting(endpoint: str, limit: int, cuts: int) -> Iterator[_Way]:
    """A way to `endpoint`, at `.endpoint`; `.left` says how many cuts are still to come."""
    way = _Way(endpoint, limit, cuts)
    with way.server:
        threading.Thread(target=way.serve, daemon=True).start()
        yield way
        way.server.shutdown(socket.SHUT_RDWR)
