"""Somebody schedules the key's deletion, and somebody cancels it: a key comes back disabled."""

from dataclasses import dataclass

from harness.faults import Steps, Target
from harness.faults._state import ELSEWHERE, GONE, StateFault, schedule_deletion, unless
from harness.quantity import share

__all__ = ["KeyDeletion"]


@dataclass(frozen=True)
class KeyDeletion(StateFault):
    """`still_disabled`: the share of its time, at its end, for which the deletion is cancelled and
    nobody has thought of enabling the key yet."""

    still_disabled: str | float = 0.0

    def __post_init__(self) -> None:
        _ = self._still

    @property
    def text(self) -> str:
        trap = f", cancelled but still disabled for the last {self._still:.0%}"
        return "key pending deletion" + (trap if self._still else "")

    def strike(self, target: Target) -> None:
        schedule_deletion(target.control, target.key)

    def steps(self, for_s: float) -> Steps:
        return [(for_s * (1 - self._still), _cancel)] if self._still else ()

    def mend(self, target: Target) -> None:
        _cancel(target)
        with unless(GONE):
            target.control.enable_key(KeyId=target.key)

    @property
    def _still(self) -> float:
        return share(self.still_disabled, "still_disabled")


def _cancel(target: Target) -> None:
    # LocalStack calls a key that is disabled so, where KMS speaks of its state.
    with unless(GONE, ELSEWHERE, "DisabledException"):
        target.control.cancel_key_deletion(KeyId=target.key)
