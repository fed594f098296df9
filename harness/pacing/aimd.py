"""A rate that finds the quota: a little more each second, and a cut where KMS throttles.

Additive increase, multiplicative decrease, as TCP has it: several drains that share a quota come to
an even share without knowing of one another. Not where the quota is known and yours alone: `rate`
gets more out of it, since this one has to be throttled now and then to learn where it ends.
Source: Chiu and Jain, 1989.
"""

from harness.errors import BadInput, Failure
from harness.pacing import _checks
from harness.pacing._spacing import Spacing

__all__ = ["Aimd"]


class Aimd:
    """Begins at `start_per_s`; `add_per_s` is added each second, and a throttle multiplies the rate
    by `cut`, at most once in `interval_s`, since the calls under way at a cut will be throttled
    too. From `least_per_s` to `most_per_s`. Other failures say nothing about a quota."""

    def __init__(
        self,
        *,
        start_per_s: str | float = 100.0,
        add_per_s: str | float = 10.0,
        cut: float = 0.7,
        least_per_s: str | float = 5.0,
        most_per_s: str | float = 5000.0,
        interval_s: float = 1.0,
        burst: int = 10,
    ) -> None:
        self._least = _checks.rate(least_per_s, "pacing aimd, least_per_s")
        self._most = _checks.rate(most_per_s, "pacing aimd, most_per_s")
        self._per_s = _checks.rate(start_per_s, "pacing aimd, start_per_s")
        if not self._least <= self._per_s <= self._most:
            wanted = f"{least_per_s} to {most_per_s}, the least and the most"
            raise BadInput("pacing aimd, start_per_s", start_per_s, wanted)
        self._add = _checks.rate(add_per_s, "pacing aimd, add_per_s")
        self._cut = _checks.between(cut, 0.01, 0.99, "pacing aimd, cut")
        self._interval_s = _checks.between(interval_s, 0.01, 3600, "pacing aimd, interval_s")
        self._spacing = Spacing(_checks.burst(burst, "pacing aimd, burst"))
        self._since_s: float | None = None  # when the interval began, and its starts
        self._starts = 0
        self._cut_s = float("-inf")

    @property
    def per_s(self) -> float:
        """The rate that holds now."""
        return self._per_s

    def next_s(self, now_s: float) -> float:
        return self._spacing.next_s(self._per_s)

    def started(self, now_s: float) -> None:
        self._spacing.started(now_s, self._per_s)
        self._starts += 1
        if self._since_s is None:
            self._since_s = now_s
        elif now_s - self._since_s >= self._interval_s:
            self._grow(now_s - self._since_s)
            self._since_s, self._starts = now_s, 0

    def ended(self, now_s: float, failure: Failure | None) -> None:
        if failure is Failure.THROTTLED and now_s - self._cut_s >= self._interval_s:
            self._per_s = max(self._least, self._per_s * self._cut)
            self._cut_s = self._since_s = now_s
            self._starts = 0

    def _grow(self, elapsed_s: float) -> None:
        # A rate of which not half is used was not tried: a quiet hour must not raise it to the
        # most there may be, to be found out by a storm.
        if self._starts >= self._per_s * elapsed_s / 2:
            self._per_s = min(self._most, self._per_s + self._add * elapsed_s)
