"""When the next recording may be started: the workers, the pacing, and a key that may be parked."""

from math import inf

from harness.errors import Failure
from harness.pacing import Pacing
from harness.retry import Decision


class Gate:
    """Lets recordings through to KMS; while parked one at a time, to ask whether the key is back.

    All others stay where they are, so that a key that cannot answer is not hammered.
    """

    def __init__(self, workers: int, pacing: Pacing) -> None:
        self._workers, self._pacing = workers, pacing
        self._busy = 0
        self._parked_until_s: float | None = None
        self._probe_s = 0.0

    @property
    def idle(self) -> bool:
        """Nothing is under way."""
        return self._busy == 0

    @property
    def parked(self) -> bool:
        """What is let through is a probe."""
        return self._parked_until_s is not None

    def opens_s(self, now_s: float) -> float:
        """When one more may be started; infinity where not before another has ended."""
        if self._busy >= (self._workers if self._parked_until_s is None else 1):
            return inf
        return max(self._parked_until_s or 0.0, self._pacing.next_s(now_s))

    def started(self, now_s: float) -> None:
        self._busy += 1
        self._pacing.started(now_s)

    def ended(self, now_s: float, failure: Failure | None) -> None:
        self._busy -= 1
        self._pacing.ended(now_s, failure)

    def answered(self) -> None:
        """KMS gave a key: nothing is parked any more."""
        self._parked_until_s = None

    def failed(self, now_s: float, decision: Decision) -> None:
        if decision.park:
            self._probe_s = decision.delay_s
        if decision.park or self._parked_until_s is not None:
            # However a probe fails, the key is not back: the next one is an interval away.
            self._parked_until_s = now_s + self._probe_s
