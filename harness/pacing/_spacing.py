"""Starts at a rate, evenly, with a small burst: the generic cell rate algorithm.

Not a bucket of tokens: one number says when the next start would be due if all came evenly, and the
burst is how far it may be ahead.
"""


class Spacing:
    """Never more than rate·t + `burst` starts in t seconds, were the rate always the same."""

    def __init__(self, burst: int) -> None:
        self._ahead = burst - 1
        # Since the first start: in seconds since the epoch each sum would be a tenth of a
        # microsecond off, which adds up.
        self._first_s = self._due_s = 0.0

    def next_s(self, rate_per_s: float) -> float:
        """The earliest time of the next start."""
        return self._first_s + (self._due_s - self._ahead / rate_per_s)

    def started(self, now_s: float, rate_per_s: float) -> None:
        self._first_s = self._first_s or now_s
        self._due_s = max(self._due_s, now_s - self._first_s) + 1.0 / rate_per_s
