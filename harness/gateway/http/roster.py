"""Who is connected, and whose patience has run out: one tick a second looks after all of them."""

import asyncio
from collections.abc import Callable
from typing import Final, Protocol

from harness.gateway.http.outbox import Outbox

MOST_CONNECTIONS: Final = 10_000
# Seconds that a peer has at least, to read a reply and hang up.
LINGER_S: Final = 5
_LOOK_EVERY_S: Final = 0.01


class Guest(Protocol):
    """A connection, as far as the roster knows it."""

    outbox: Outbox
    abort: Callable[[], None]
    deadline_s: int


class Roster:
    """Every open connection; `now_s` counts its ticks."""

    def __init__(self) -> None:
        self.now_s = 0
        self._guests: set[Guest] = set()
        self._count = 0

    def number(self) -> int:
        """A number for a connection: how many there were before."""
        self._count += 1
        return self._count

    def enter(self, guest: Guest) -> None:
        """Take a connection in, or hang up on it where there are too many."""
        if len(self._guests) >= MOST_CONNECTIONS:
            guest.abort()
        else:
            self._guests.add(guest)

    def leave(self, guest: Guest) -> None:
        """A connection is gone."""
        self._guests.discard(guest)

    @property
    def empty(self) -> bool:
        """Whether nobody is connected."""
        return not self._guests

    def tick(self) -> None:
        """A second has passed: hang up on those past their deadline."""
        self.now_s += 1
        for guest in list(self._guests):
            if guest.outbox.waiting:
                guest.deadline_s = max(guest.deadline_s, self.now_s + LINGER_S)
            elif self.now_s > guest.deadline_s:
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
