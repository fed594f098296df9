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
    """Begins at `start`; `increase` a second is added each second, and the rate is multiplied by
    `decrease` on a throttle, at most once in `interval_s`, since the calls under way at a cut will
    be throttled too. Within `floor` and `ceiling`. Other failures say nothing about a quota."""

    def __init__(
        self,
        *,
        start: str | float = "100/s",
        increase: str | float = "20/s",
        decrease: float = 0.7,
        floor: str | float = "5/s",
        ceiling: str | float = "5000/s",
        interval_s: float = 1.0,
        burst: int = 10,
    ) -> None:
        self._floor = _checks.rate(floor, "pacing aimd, floor")
        self._ceiling = _checks.rate(ceiling, "pacing aimd, ceiling")
        self._per_s = _checks.rate(start, "pacing aimd, start")
        if not self._floor <= self._per_s <= self._ceiling:
            raise BadInput("pacing aimd, start", start, f"{floor} to {ceiling}, floor to ceiling")
        self._increase = _checks.rate(increase, "pacing aimd, increase")
        if not isinstance(decrease, float) or not 0 < decrease < 1:
            raise BadInput("pacing aimd, decrease", decrease, "a share between 0 and 1")
        if not isinstance(interval_s, int | float) or not 0.01 <= interval_s <= 3600:
            raise BadInput("pacing aimd, interval_s", interval_s, "0.01 to 3600 seconds")
        self._decrease, self._interval_s = decrease, interval_s
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
            self._per_s = max(self._floor, self._per_s * self._decrease)
            self._cut_s = self._since_s = now_s
            self._starts = 0

    def _grow(self, elapsed_s: float) -> None:
        # A rate of which not half is used was not tried: a quiet hour must not raise it to the
        # ceiling, to be found out by a storm.
        if self._starts >= self._per_s * elapsed_s / 2:
            self._per_s = min(self._ceiling, self._per_s + self._increase * elapsed_s)
