"""A connection's way out: replies leave in the order of their requests, now or after a delay."""

import asyncio
from collections import deque
from collections.abc import Callable
from typing import Final

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
        self._held_back: deque[bytes] = deque()
        self._end: Callable[[], None] | None = None
        self._reading = True
        self._turn_is_due = False
        self.clogged = False
        self.behind = False

    @property
    def waiting(self) -> bool:
        """Whether a reply is still held back."""
        return bool(self._held_back)

    @property
    def full(self) -> bool:
        """Whether no more replies should be made for now."""
        full = self._ready_bytes >= _MOST_READY or len(self._held_back) >= MOST_HELD_BACK
        return full or self.clogged

    def put(self, reply: bytes, delay_s: float) -> None:
        """Send a reply in `delay_s` seconds, but never before an earlier one."""
        if delay_s > 0 or self._held_back:
            self._held_back.append(reply)
            self._loop.call_later(delay_s, self._send_next)
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
        self._end_if_out()

    def hurry(self) -> None:
        """Send what is held back at once, and close: the gateway is going down."""
        self._ready.extend(self._held_back)
        self._held_back.clear()
        self.flush()
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
        if not self._held_back or self._transport.is_closing():
            return
        self._transport.write(self._held_back.popleft())
        self._pace()
        self._end_if_out()

    def _end_if_out(self) -> None:
        if self._end and not self._held_back and not self._transport.is_closing():
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
