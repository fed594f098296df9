"""The order of what waits in an Edge buffer: bounded, oldest due first, leased to one at a time.

Kept in memory by every buffer; a durable one writes down what is in it, not in which order, since
a lease or a postponement means nothing after a restart.
"""

import heapq
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Bound:
    """The most an Edge buffer holds: `recordings`, and their `bytes` altogether."""

    recordings: int
    bytes: int


@dataclass(slots=True)
class Entry:
    """A recording in the buffer, as its lease holds it."""

    id: int
    kind: int
    size: int  # bytes
    arrival_s: float  # intended, epoch seconds
    payload: bytes | None = None  # None: spooled, to be read when needed
    place: Any = None  # where it is spooled
    attempts: int = 0
    waited_s: float = 0.0  # before the last attempt


@dataclass(frozen=True)
class Depth:
    """What an Edge buffer holds now: how many, how many bytes, and since when (epoch seconds)."""

    recordings: int
    bytes: int
    oldest_s: float | None


class Backlog:
    """Entries by the time they are due. All calls take microseconds and none waits."""

    def __init__(self, bound: Bound) -> None:
        self._bound = bound
        self._held: dict[int, Entry] = {}
        self._due: list[tuple[float, int, Entry]] = []
        self._turn = 0
        self._recordings = 0
        self._bytes = 0

    def reserve(self, size: int) -> bool:
        """Take room for `size` bytes; False, and none taken, where the bound does not allow it."""
        full = self._recordings >= self._bound.recordings
        if full or self._bytes + size > self._bound.bytes:
            return False
        self._recordings += 1
        self._bytes += size
        return True

    def release(self, size: int) -> None:
        """Give back room that was reserved and never filled."""
        self._recordings -= 1
        self._bytes -= size

    def add(self, entry: Entry) -> None:
        """Let an entry that has room be leased; it is due since its arrival."""
        self._held[entry.id] = entry
        self.postpone(entry, entry.arrival_s)

    def resume(self, entry: Entry) -> None:
        """Add what an earlier run left, whatever the bound is now."""
        self._recordings += 1
        self._bytes += entry.size
        self.add(entry)

    def lease(self, now_s: float) -> Entry | None:
        """The entry that has been due longest, or None where none is due."""
        if self._due and self._due[0][0] <= now_s:
            return heapq.heappop(self._due)[2]
        return None

    def postpone(self, entry: Entry, until_s: float) -> None:
        """Give a lease back: not to be leased again before `until_s`."""
        self._turn += 1
        heapq.heappush(self._due, (until_s, self._turn, entry))

    def settle(self, entry: Entry) -> None:
        """End a lease for good, and give its room back."""
        del self._held[entry.id]
        self.release(entry.size)

    def next_due_s(self) -> float | None:
        """When the next entry that nobody leases is due, epoch seconds."""
        return self._due[0][0] if self._due else None

    def depth(self) -> Depth:
        oldest_s = min((e.arrival_s for e in self._held.values()), default=None)
        return Depth(self._recordings, self._bytes, oldest_s)

    def entries(self) -> list[Entry]:
        """All that is held, leased or not."""
        return list(self._held.values())
