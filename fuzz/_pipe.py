"""The far end of a connection, and time: what a transport and a loop do, a step at a time.

The one thing that is made up here. It is strict: what a real transport takes in silence, such as a
write after the end, is a failure.
"""

import asyncio
import heapq
from collections.abc import Callable
from itertools import count
from types import SimpleNamespace
from typing import Any, Final

HIGH: Final = 64 * 1024  # unread bytes at which a writer is told to pause
_LOW: Final = 16 * 1024


class Timeline:
    """`call_later` and `call_soon` as a loop has them; `run` lets time pass."""

    def __init__(self) -> None:
        self.now_s = 0.0
        self._due: list[tuple[float, int, Callable[..., None], tuple[Any, ...]]] = []
        self._numbers = count()

    def call_soon(self, act: Callable[..., None], *given: Any) -> None:
        self.call_later(0.0, act, *given)

    def call_later(self, delay_s: float, act: Callable[..., None], *given: Any) -> None:
        heapq.heappush(self._due, (self.now_s + delay_s, next(self._numbers), act, given))

    def run(self, until_s: float, most: int = 100_000) -> None:
        """Do all that is due by then."""
        for _ in range(most):
            if not self._due or self._due[0][0] > until_s:
                self.now_s = max(self.now_s, until_s)
                return
            self.now_s, _, act, given = heapq.heappop(self._due)
            act(*given)
        raise AssertionError(f"still busy after {most:,} steps: it goes round in circles")


class Pipe(asyncio.Transport):
    """A transport whose peer reads when it is told to."""

    def __init__(self, protocol: asyncio.Protocol, timeline: Timeline) -> None:
        super().__init__()
        self._protocol, self._timeline = protocol, timeline
        self.written = bytearray()
        self.most_unread = self._read = 0
        self.reading, self.ended, self.lost, self.aborted = True, False, False, False
        self.socket = SimpleNamespace(setsockopt=lambda *_: None)
        self._closing = self._paused = False

    def get_extra_info(self, name: str, default: Any = None) -> Any:
        return {"peername": ("127.0.0.1", 1), "socket": self.socket}.get(name, default)

    def write(self, data: Any) -> None:
        assert not self._closing, "a write after the close"
        assert not self.ended, "a write after the end"
        self.written += data
        unread = len(self.written) - self._read
        self.most_unread = max(self.most_unread, unread)
        if unread > HIGH and not self._paused:
            self._paused = True
            self._protocol.pause_writing()

    def read(self, most: int) -> None:
        """The peer takes what was written, `most` bytes of it."""
        self._read = min(len(self.written), self._read + most)
        unread = len(self.written) - self._read
        if unread <= _LOW and self._paused and not self.lost:
            self._paused = False
            self._protocol.resume_writing()
        if not unread and self._closing:
            self._lose()

    def write_eof(self) -> None:
        self.ended = True

    def close(self) -> None:
        self._closing, self.reading = True, False
        self.read(0)

    def abort(self) -> None:
        self._closing, self.reading, self.aborted = True, False, True
        self._lose()

    def is_closing(self) -> bool:
        return self._closing

    def pause_reading(self) -> None:
        assert self.reading, "paused twice"
        self.reading = False

    def resume_reading(self) -> None:
        assert not self.reading, "resumed twice"
        self.reading = True

    def _lose(self) -> None:
        if not self.lost:
            self.lost = True
            self._timeline.call_soon(self._protocol.connection_lost, None)
