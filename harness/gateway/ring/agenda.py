"""What keys will do by themselves, soonest first: be gone, lose imported material, be rotated."""

import heapq
from collections.abc import Iterator
from typing import Final

from harness.gateway.ring.key import Key

_NEVER: Final = float("inf")


class Agenda:
    """Knows when to look at a key again; a key that changed meanwhile is looked at for nothing."""

    def __init__(self) -> None:
        self._entries: list[tuple[float, str]] = []
        self.soonest_s = _NEVER

    def note(self, key: Key) -> None:
        """Look at the key again when something is due for it."""
        if key.due_s < _NEVER:
            heapq.heappush(self._entries, (key.due_s, key.arn))
            self.soonest_s = self._entries[0][0]

    def due(self, now: float) -> Iterator[str]:
        """The ARNs to look at by `now`, each taken off the agenda."""
        while self._entries and self._entries[0][0] <= now:
            _, arn = heapq.heappop(self._entries)
            self.soonest_s = self._entries[0][0] if self._entries else _NEVER
            yield arn
