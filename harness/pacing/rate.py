"""So many starts a second, evenly, with a small burst: for a quota that is known and yours alone.

Not where playback or other systems share the quota: what they take, a fixed rate does not give way
to. Nor below the offered load, or the backlog grows for ever.
"""

from harness.errors import Failure
from harness.pacing import _checks
from harness.pacing._spacing import Spacing

__all__ = ["Rate"]


class Rate:
    """`rate` starts a second, first attempts and retries alike; up to `burst` of them at once, to
    make up for a start that came late."""

    def __init__(self, *, rate: str | float = "100/s", burst: int = 10) -> None:
        self._per_s = _checks.rate(rate, "pacing rate, rate")
        self._spacing = Spacing(_checks.burst(burst, "pacing rate, burst"))

    def next_s(self, now_s: float) -> float:
        return self._spacing.next_s(self._per_s)

    def started(self, now_s: float) -> None:
        self._spacing.started(now_s, self._per_s)

    def ended(self, now_s: float, failure: Failure | None) -> None:
        """Nothing is learnt."""
