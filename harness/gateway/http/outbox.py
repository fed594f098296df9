"""A connection's way out: replies leave in the order of their requests, now or after a delay."""

import asyncio
from collections import deque
from collections.abc import Callable, Iterator
from functools import partial
from typing import Final

from harness.gateway.http.manner import Ending, Manner, end

MOST_HELD_BACK: Final = 64
# Bytes of replies that are written before more requests are looked at.
_MOST_READY: Final = 64 * 1024
# A reply, the seconds to hold it back, and how it leaves where not all at once.
Made = tuple[bytes, float, Manner | None]


class _Place:
    """Kept in the row for a reply that is still being made."""


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
        self._held_back: deque[bytes | Ending | _Place] = deque()
        self._due = 0
        self._ready_bytes = 0
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
            for out, after_s in _pieces(reply, delay_s, manner):
                self._hold_back(out, after_s)
        elif delay_s > 0 or self._held_back:
            self._hold_back(reply, delay_s)
        else:
            self._ready.append(reply)
            self._ready_bytes += len(reply)

    def put_later(self, promise: asyncio.Future[Made]) -> None:
        """Keep a place for a reply that is still being made; it is held back from when it is."""
        if not self._silent:
            place = _Place()
            self._held_back.append(place)
            promise.add_done_callback(partial(self._fill, place))

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
        self._due = len(self._held_back)
        self._send_due()
        self._transport.close()

    def drop(self) -> None:
        """Nobody is there any more: keep nothing for them until the timers have run."""
        self._held_back.clear()

    def clog(self, clogged: bool) -> None:
        """The peer does not read, or reads again: take in no more than it takes out."""
        self.clogged = clogged
        self._pace()

    def _hold_back(self, out: bytes | Ending, delay_s: float) -> None:
        self._held_back.append(out)
        self._loop.call_later(delay_s, self._send_next)

    def _fill(self, place: _Place, promise: asyncio.Future[Made]) -> None:
        if promise.cancelled() or promise.exception() is not None:
            self._transport.abort()
        elif place in self._held_back:
            reply, delay_s, manner = promise.result()
            at = self._held_back.index(place)
            del self._held_back[at]
            made = _pieces(reply, delay_s, manner) if manner else [(reply, delay_s)]
            for number, (out, after_s) in enumerate(made):
                self._held_back.insert(at + number, out)
                self._loop.call_later(after_s, self._send_next)

    def _send_next(self) -> None:
        # Each timer sends the oldest reply, whosever timer it is: so the order holds. Where that
        # one is still being made, it and the next leave together later.
        if self._held_back and not self._silent:
            self._due += 1
            self._send_due()
            self._pace()
            self._end_if_out()

    def _send_due(self) -> None:
        while self._due and self._held_back and not self._transport.is_closing():
            out = self._held_back[0]
            if isinstance(out, _Place):
                return
            self._held_back.popleft()
            self._due -= 1
            if isinstance(out, Ending):
                self._held_back.clear()
                self._silent = out is Ending.SILENT
                end(self._transport, out, self._loop)
            else:
                self._transport.write(out)

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


def _pieces(reply: bytes, delay_s: float, manner: Manner) -> Iterator[tuple[bytes | Ending, float]]:
    """What of a reply leaves, and after how many seconds."""
    pieces, every_s, ending = manner(reply)
    for place, piece in enumerate(pieces):
        yield piece, delay_s + place * every_s
    if ending is not Ending.KEPT:
        yield ending, delay_s + len(pieces) * every_s
