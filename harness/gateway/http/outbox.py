"""A connection's way out: replies leave in the order of their requests, now or after a delay."""

import asyncio
from collections import deque
from collections.abc import Callable
from typing import Final

_MOST_HELD_BACK: Final = 256
# How often to ask whether a reply that is still being made is there.
_ASK_AGAIN_S: Final = 0.005

# The bytes, or what gives them once they are there, and None until then.
Reply = bytes | Callable[[], bytes | None]


class Outbox:
    """Collects what is ready until `flush`; what is held back leaves by its own timer."""

    def __init__(self, transport: asyncio.Transport, loop: asyncio.AbstractEventLoop) -> None:
        self._transport, self._loop = transport, loop
        self._ready: list[bytes] = []
        self._held_back: deque[Reply] = deque()
        self._end: Callable[[], None] | None = None
        self._clogged = False
        self._reading = True

    @property
    def waiting(self) -> bool:
        """Whether a reply is still held back."""
        return bool(self._held_back)

    def put(self, reply: Reply, delay_s: float) -> None:
        """Send a reply in `delay_s` seconds, but never before an earlier one, or itself."""
        if delay_s > 0 or self._held_back or not isinstance(reply, bytes):
            self._held_back.append(reply)
            self._loop.call_later(delay_s, self._send_next)
        else:
            self._ready.append(reply)

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
        there = [reply if isinstance(reply, bytes) else reply() for reply in self._held_back]
        self._ready.extend(reply for reply in there if reply is not None)
        self._held_back.clear()
        self.flush()
        self._transport.close()

    def clog(self, clogged: bool) -> None:
        """The peer does not read, or reads again: take in no more than it takes out."""
        self._clogged = clogged
        self._pace()

    def _send_next(self) -> None:
        # Each timer sends the oldest reply, whosever timer it is: so the order holds.
        if not self._held_back or self._transport.is_closing():
            return
        first = self._held_back[0]
        reply = first if isinstance(first, bytes) else first()
        if reply is None:
            self._loop.call_later(_ASK_AGAIN_S, self._send_next)
            return
        self._held_back.popleft()
        self._transport.write(reply)
        self._pace()
        self._end_if_out()

    def _end_if_out(self) -> None:
        if self._end and not self._held_back and not self._transport.is_closing():
            self.flush()
            self._end()

    def _pace(self) -> None:
        reading = not self._clogged and len(self._held_back) < _MOST_HELD_BACK
        if reading != self._reading and not self._transport.is_closing():
            self._reading = reading
            (self._transport.resume_reading if reading else self._transport.pause_reading)()
