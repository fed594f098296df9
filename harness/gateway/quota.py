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

    __slots__ = ("_carried", "_limit", "_second", "_terms", "_used")

    def __init__(self, terms: Terms) -> None:
        self._terms = terms
        self._second, self._limit = -1, 0
        self._used = self._carried = 0

    def take(self, now: float, limit: int) -> bool:
        """Whether one more call may pass under `limit` calls a second."""
        second = int(now)
        if second != self._second:
            self._roll(second, limit)
        self._limit = limit
        if self._used < limit + self._carried:
            self._used += 1
            return True
        if self._terms.rejects_consume:
            self._used += 1
        return False

    def _roll(self, second: int, limit: int) -> None:
        """Begin another window; the unused is carried over, or the overdrawn, within the terms."""
        idle = second - self._second - 1 if self._second >= 0 else 0
        left = self._limit + self._carried - self._used + idle * self._limit
        self._carried = min(max(left, -limit), int(self._terms.burst_s * limit))
        self._second, self._used = second, 0
