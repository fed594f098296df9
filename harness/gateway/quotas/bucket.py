"""KMS's request quota: so many calls in each one-second window, and every further one is refused.

Two things AWS leaves undocumented are parameters. `burst_s` lets that many seconds' worth of unused
calls be carried over. `rejects_consume` counts refused calls too, so that they eat into the next
window, up to all of it: then retries push goodput down, and it does not come back by itself
before the offered load falls below the quota.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Terms:
    """How a quota treats what is unused, and what is refused."""

    burst_s: float = 0.0
    rejects_consume: bool = False


class Bucket:
    """Counts the calls of the window that `now`, in seconds, lies in."""

    __slots__ = ("_accepted", "_carried", "_limit", "_refused", "_second", "_terms")

    def __init__(self, terms: Terms) -> None:
        self._terms = terms
        self._second: int | None = None
        self._limit = self._carried = self._accepted = self._refused = 0

    def take(self, now: float, limit: int) -> bool:
        """Whether one more call may pass under `limit` calls a second."""
        second = int(now)
        if second != self._second:
            self._roll(second, limit)
        self._limit = limit
        if self._accepted < limit + self._carried:
            self._accepted += 1
            return True
        self._refused += 1
        return False

    def give_back(self) -> None:
        """Undo the last take that passed: another quota refused the call."""
        self._accepted -= 1

    def begun(self, since: float) -> bool:
        """Whether its window began at `since` or later."""
        return self._second is not None and self._second >= since

    def _roll(self, second: int, limit: int) -> None:
        """Begin another window; the unused is carried over, or the overdrawn, within the terms."""
        left = max(0, self._limit + self._carried - self._accepted)
        if self._terms.rejects_consume:
            left -= self._refused
        if self._second is not None:
            left += max(0, second - self._second - 1) * self._limit
        self._carried = min(max(left, -limit), int(self._terms.burst_s * limit))
        self._second, self._accepted, self._refused = second, 0, 0
