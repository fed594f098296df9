"""A connection's way out: replies leave in the order of their requests, now or after a delay."""

import asyncio
from collections import deque
from collections.abc import Callable
from typing import Final

from harness.gateway.http.manner import Ending, Manner, end

MOST_HELD_BACK: Final = 64
# Bytes of replies that are written before more requests are looked at.
_MOST_READY: Final = 64 * 1024


class Outbox:
    """Collects what is ready until `flush`; what is held back leaves by its own timer.

    `behind` says that requests wait for their turn; once there is room they line up for one, in
    which `go_on` answers some of them.
    """

    def __init__(
        self,
        transport: asyncio.Transport,
        loop: asyncio.AbstractEventLoop,
        line_up: Callable[[Callable[[], None]], None],
        go_on: Callable[[], None],
    ) -> None:
        self._transport, self._loop = transport, loop
        self._line_up, self._go_on = line_up, go_on
        self._ready: list[bytes] = []
        self._ready_bytes = 0
        self._held_back: deque[bytes | Ending] = deque()
        self._end: Callable[[], None] | None = None
        self._silent = False
        self._reading = True
        self._turn_is_due = False
        self.clogged = False
        self.behind = False

    @property
    def waiting(self) -> bool:
        """Whether a reply is still held back, or for ever."""
        return bool(self._held_back) or self._silent

    @property
    def full(self) -> bool:
        """Whether no more replies should be made for now."""
        full = self._ready_bytes >= _MOST_READY or len(self._held_back) >= MOST_HELD_BACK
        return full or self.clogged

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
            self._ready_bytes += len(reply)

    def flush(self) -> None:
        """Write all that is ready, in one go."""
        if self._ready:
            self._transport.write(b"".join(self._ready))
            self._ready.clear()
            self._ready_bytes = 0
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

    def drop(self) -> None:
        """Nobody is there any more: keep nothing for them until the timers have run."""
        self._held_back.clear()

    def clog(self, clogged: bool) -> None:
        """The peer does not read, or reads again: take in no more than it takes out."""
        self.clogged = clogged
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
        if self._transport.is_closing():
            return
        full = self.full
        reading = not full and not self.behind
        if reading != self._reading:
            self._reading = reading
            (self._transport.resume_reading if reading else self._transport.pause_reading)()
        if self.behind and not full and not self._turn_is_due:
            self._turn_is_due = True
            self._line_up(self._take_turn)

    def _take_turn(self) -> None:
        self._turn_is_due = False
        if self.behind and not self.full and not self._transport.is_closing():
            self._go_on()
