"""Every Edge restarts: data keys that were held are gone, and all ask KMS for new ones at once."""

from dataclasses import dataclass

from harness.faults import Target
from harness.faults._state import StateFault

__all__ = ["CachesLost"]


@dataclass(frozen=True)
class CachesLost(StateFault):
    """Has no settings. It happens at once; how long it lasts says how long its effect is judged."""

    control = False

    @property
    def text(self) -> str:
        return "caches lost"

    def strike(self, target: Target) -> None:
        if target.run:
            target.run.forget()

    def mend(self, target: Target) -> None:
        """Nothing is broken: caches fill again by themselves."""
