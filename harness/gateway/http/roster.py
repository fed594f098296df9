"""Who is connected, and whose patience has run out: one tick a second looks after all of them."""

import asyncio
from collections import Counter
from typing import Final, Protocol

from harness.gateway.http.outbox import Outbox

MOST_CONNECTIONS: Final = 10_000
# Of one address that is not this machine's, so that it cannot keep everybody else out.
MOST_OF_A_PEER: Final = 5_000
# Bytes of requests that are not whole yet, over all connections.
MOST_KEPT_BYTES: Final = 64 * 1024 * 1024
# Seconds that a peer has at least, to read a reply and hang up.
LINGER_S: Final = 5
# Hung up on in one tick; the others wait for the next, so that the tick holds nobody up.
_MOST_A_TICK: Final = 500
_LOOK_EVERY_S: Final = 0.01


class Guest(Protocol):
    """A connection, as far as the roster knows it."""

    outbox: Outbox
    deadline_s: int
    stranger: str

    def abort(self) -> None:
        """Hang up at once."""


class Roster:
    """Every open connection, `most` of them; `now_s` counts its ticks."""

    def __init__(self, most: int = MOST_CONNECTIONS) -> None:
        self.now_s = 0
        self._most = most
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
        late, soon_s = 0, self.now_s + LINGER_S
        for guest in list(self._guests):
            if guest.deadline_s >= soon_s:
                continue
            if guest.outbox.waiting and not guest.outbox.clogged:
                guest.deadline_s = soon_s
            elif self.now_s > guest.deadline_s and late < _MOST_A_TICK:
                guest.abort()
                late += 1

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
