"""Who is connected, and whose patience has run out: one tick a second looks after all of them."""

import asyncio
from collections import Counter, deque
from collections.abc import Callable
from functools import partial
from typing import Final, Protocol

from harness.gateway.http.outbox import Outbox

MOST_CONNECTIONS: Final = 10_000
# Of one address that is not this machine's, so that it cannot keep everybody else out.
MOST_OF_A_PEER: Final = 5_000
# Bytes of requests that are not whole yet, over all connections.
MOST_KEPT_BYTES: Final = 64 * 1024 * 1024
# Seconds that a peer has at least, to read a reply and hang up.
LINGER_S: Final = 5
# Hung up on in one go; the others wait their turn, so that a tick holds nobody up.
_MOST_AT_ONCE: Final = 20
_LOOK_EVERY_S: Final = 0.01
Soon = Callable[[Callable[[], None]], object]


class Guest(Protocol):
    """A connection, as far as the roster knows it."""

    outbox: Outbox
    deadline_s: int
    stranger: str

    def abort(self) -> None:
        """Hang up at once."""


class Roster:
    """Every open connection, `most` of them; `now_s` counts its ticks; `soon` is the loop's
    `call_soon`."""

    def __init__(self, soon: Soon, most: int = MOST_CONNECTIONS) -> None:
        self.now_s = 0
        self._soon, self._most = soon, most
        self._turns: deque[Callable[[], None]] = deque()
        self._guests: set[Guest] = set()
        self._peers: Counter[str] = Counter()
        self.kept_bytes = 0
        self._count = 0

    def number(self) -> int:
        """A number for a connection: how many there were before."""
        self._count += 1
        return self._count

    def enter(self, guest: Guest) -> None:
        """Take a connection in, or hang up on it where there are too many."""
        if len(self._guests) >= self._most or self._peers[guest.stranger] >= MOST_OF_A_PEER:
            guest.abort()
            return
        self._guests.add(guest)
        if guest.stranger:
            self._peers[guest.stranger] += 1

    def leave(self, guest: Guest) -> None:
        """A connection is gone."""
        if guest in self._guests:
            self._guests.remove(guest)
            self._peers[guest.stranger] -= 1
            if self._peers[guest.stranger] <= 0:
                del self._peers[guest.stranger]

    def keep(self, grown: int) -> bool:
        """Count bytes that a connection keeps; whether there was room for them."""
        self.kept_bytes += grown
        return grown <= 0 or self.kept_bytes <= MOST_KEPT_BYTES

    @property
    def empty(self) -> bool:
        """Whether nobody is connected."""
        return not self._guests

    def tick(self) -> None:
        """A second has passed: hang up on those past their deadline."""
        self.now_s += 1
        soon_s, late = self.now_s + LINGER_S, []
        for guest in self._guests:
            if guest.deadline_s >= soon_s:
                continue
            if guest.outbox.waiting and not guest.outbox.clogged:
                guest.deadline_s = soon_s
            elif self.now_s > guest.deadline_s:
                late.append(guest)
        for place in range(0, len(late), _MOST_AT_ONCE):
            self.line_up(partial(self._show_out, late[place : place + _MOST_AT_ONCE]))

    def line_up(self, turn: Callable[[], None]) -> None:
        """Do what can wait, after what has been waiting: one such thing each round of the loop, so
        that nobody else waits for more than one."""
        self._turns.append(turn)
        if len(self._turns) == 1:
            self._soon(self._next_turn)

    def _next_turn(self) -> None:
        try:
            self._turns[0]()
        finally:
            self._turns.popleft()
            if self._turns:
                self._soon(self._next_turn)

    def _show_out(self, late: list[Guest]) -> None:
        for guest in late:
            if guest in self._guests and self.now_s > guest.deadline_s:
                guest.abort()

    def dismiss(self) -> None:
        """Answer what is held back, and close every connection."""
        for guest in list(self._guests):
            guest.outbox.hurry()

    async def emptied(self, within_s: float) -> None:
        """Wait until the last connection is gone, `within_s` seconds at most."""
        for _ in range(round(within_s / _LOOK_EVERY_S)):
            if self.empty:
                break
            await asyncio.sleep(_LOOK_EVERY_S)
