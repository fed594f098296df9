"""A connection's way out: replies leave in the order of their requests, now or after a delay."""

import asyncio
from collections import deque
from collections.abc import Callable
from typing import Final

from harness.gateway.http.manner import Ending, Manner, end

_MOST_HELD_BACK: Final = 256


class Outbox:
    """Collects what is ready until `flush`; what is held back leaves by its own timer."""

    def __init__(self, transport: asyncio.Transport, loop: asyncio.AbstractEventLoop) -> None:
        self._transport, self._loop = transport, loop
        self._ready: list[bytes] = []
        self._held_back: deque[bytes | Ending] = deque()
        self._end: Callable[[], None] | None = None
        self._clogged = False
        self._silent = False
        self._reading = True

    @property
    def waiting(self) -> bool:
        """Whether a reply is still held back, or for ever."""
        return bool(self._held_back) or self._silent

    def put(self, reply: bytes, delay_s: float, manner: Manner | None = None) -> None:
        """Send a reply in `delay_s` seconds, but never before an earlier one; in its own manner
        where it has one. Into silence nothing is sent."""
        if self._silent:
            return
        if manner is not None:
            self._put_in_pieces(reply, delay_s, manner)
        elif delay_s > 0 or self._held_back:
            self._hold_back(reply, delay_s)
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
        if self._silent and peer_has_finished:
            self._transport.close()
        self._end_if_out()

    def hurry(self) -> None:
        """Send what is held back at once, and close: the gateway is going down."""
        self.flush()
        while self._held_back and not self._transport.is_closing():
            self._send_next()
        self._transport.close()

    def clog(self, clogged: bool) -> None:
        """The peer does not read, or reads again: take in no more than it takes out."""
        self._clogged = clogged
        self._pace()

    def _send_next(self) -> None:
        # Each timer sends the oldest reply, whosever timer it is: so the order holds.
        if not self._held_back or self._silent or self._transport.is_closing():
            return
        out = self._held_back.popleft()
        if isinstance(out, Ending):
            self._held_back.clear()
            self._silent = out is Ending.SILENT
            end(self._transport, out, self._loop)
        else:
            self._transport.write(out)
        self._pace()
        self._end_if_out()

    def _put_in_pieces(self, reply: bytes, delay_s: float, manner: Manner) -> None:
        pieces, every_s, ending = manner(reply)
        for place, piece in enumerate(pieces):
            self._hold_back(piece, delay_s + place * every_s)
        if ending is not Ending.KEPT:
            self._hold_back(ending, delay_s + len(pieces) * every_s)

    def _hold_back(self, out: bytes | Ending, delay_s: float) -> None:
        self._held_back.append(out)
        self._loop.call_later(delay_s, self._send_next)

    def _end_if_out(self) -> None:
        if self._end and not self.waiting and not self._transport.is_closing():
            self.flush()
            self._end()

    def _pace(self) -> None:
        reading = not self._clogged and len(self._held_back) < _MOST_HELD_BACK
        if reading != self._reading and not self._transport.is_closing():
            self._reading = reading
            (self._transport.resume_reading if reading else self._transport.pause_reading)()
