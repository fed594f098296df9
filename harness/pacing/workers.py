"""As many at once as the plan has workers, and no other limit: the fastest drain there is."""

from harness.errors import Failure

__all__ = ["Workers"]


class Workers:
    """Never says no; the workers are the limit."""

    def next_s(self, now_s: float) -> float:
        return now_s

    def started(self, now_s: float) -> None:
        """Nothing is counted."""

    def ended(self, now_s: float, failure: Failure | None) -> None:
        """Nothing is learnt."""
