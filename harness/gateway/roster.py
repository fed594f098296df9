"""Who is connected, and whose patience has run out: one tick a second looks after all of them."""

from collections.abc import Callable
from typing import Final, Protocol

from harness.gateway.outbox import Outbox

MOST_CONNECTIONS: Final = 10_000


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

    def enter(self, guest: Guest) -> None:
        """Take a connection in, or hang up on it where there are too many."""
        if len(self._guests) >= MOST_CONNECTIONS:
            guest.abort()
        else:
            self._guests.add(guest)

    def leave(self, guest: Guest) -> None:
        self._guests.discard(guest)

    def tick(self) -> None:
        """A second has passed: hang up on those past their deadline."""
        self.now_s += 1
        for guest in list(self._guests):
            if self.now_s > guest.deadline_s and not guest.outbox.waiting:
                guest.abort()

    def dismiss(self) -> None:
        """Answer what is held back, and close every connection."""
        for guest in list(self._guests):
            guest.outbox.hurry()
