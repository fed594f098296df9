"""A connection's way out: replies leave in the order of their requests, now or after a delay."""

import asyncio
from collections import deque
from collections.abc import Callable
from functools import partial
from typing import Final

_MOST_HELD_BACK: Final = 256
# A reply, and the seconds to hold it back.
Made = tuple[bytes, float]


class _Place:
    """Kept in the row for a reply that is still being made."""

    __slots__ = ("reply",)
    reply: bytes | None

    def __init__(self) -> None:
        self.reply = None


class Outbox:
    """Collects what is ready until `flush`; what is held back leaves by its own timer."""

    def __init__(self, transport: asyncio.Transport, loop: asyncio.AbstractEventLoop) -> None:
        self._transport, self._loop = transport, loop
        self._ready: list[bytes] = []
        self._held_back: deque[bytes | _Place] = deque()
        self._due = 0
        self._end: Callable[[], None] | None = None
        self._clogged = False
        self._reading = True

    @property
    def waiting(self) -> bool:
        """Whether a reply is still held back."""
        return bool(self._held_back)

    def put(self, reply: bytes, delay_s: float) -> None:
        """Send a reply in `delay_s` seconds, but never before an earlier one."""
        if delay_s > 0 or self._held_back:
            self._held_back.append(reply)
            self._loop.call_later(delay_s, self._send_next)
        else:
            self._ready.append(reply)

    def put_later(self, promise: asyncio.Future[Made]) -> None:
        """Keep a place for a reply that is still being made; it is held back from when it is."""
        place = _Place()
        self._held_back.append(place)
        promise.add_done_callback(partial(self._fill, place))

    def flush(self) -> None:
        """Write all that is ready, in one go."""
        if self._ready:
            self._transport.write(b"".join(self._ready))
            self._ready.clear()
        self._pace()

    def finish(self, peer_has_finished: bool) -> None:
        """Close our half once everything is out, or both where the peer has closed its own."""
        self._end = self._transport.close if peer_has_finished else self._transport.write_eof
        self._end_if_out()

    def hurry(self) -> None:
        """Send what is held back at once, and close: the gateway is going down."""
        while self._held_back and (reply := self._oldest()) is not None:
            self._ready.append(reply)
            self._held_back.popleft()
        self._held_back.clear()
        self.flush()
        self._transport.close()

    def clog(self, clogged: bool) -> None:
        """The peer does not read, or reads again: take in no more than it takes out."""
        self._clogged = clogged
        self._pace()

    def _send_next(self) -> None:
        # Each timer sends the oldest reply, whosever timer it is: so the order holds. Where that
        # one is still being made, it and the next leave together later.
        if not self._held_back or self._transport.is_closing():
            return
        self._due += 1
        while self._due and self._held_back and (reply := self._oldest()) is not None:
            self._held_back.popleft()
            self._due -= 1
            self._transport.write(reply)
        self._pace()
        self._end_if_out()

    def _fill(self, place: _Place, promise: asyncio.Future[Made]) -> None:
        if promise.cancelled() or promise.exception() is not None:
            self._transport.abort()
            return
        place.reply, delay_s = promise.result()
        if delay_s > 0:
            self._loop.call_later(delay_s, self._send_next)
        else:
            self._send_next()

    def _oldest(self) -> bytes | None:
        """The reply that is next, if it is made."""
        first = self._held_back[0]
        return first if isinstance(first, bytes) else first.reply

    def _end_if_out(self) -> None:
        if self._end and not self._held_back and not self._transport.is_closing():
            self.flush()
            self._end()

    def _pace(self) -> None:
        reading = not self._clogged and len(self._held_back) < _MOST_HELD_BACK
        if reading != self._reading and not self._transport.is_closing():
            self._reading = reading
            (self._transport.resume_reading if reading else self._transport.pause_reading)()
