"""The key is rotated on demand, under load: old recordings open, new ones are sealed."""

from dataclasses import dataclass
from typing import Final

from harness.errors import BadInput
from harness.faults import Steps, Target
from harness.faults._state import StateFault, unless
from harness.quantity import seconds

__all__ = ["KeyRotated"]

_MOST: Final = 25  # of one key, ever: AWS's quota, which nobody can have raised


@dataclass(frozen=True)
class KeyRotated(StateFault):
    """`every`: it is rotated again so often, for as long as the fault is in force."""

    every: str | float | None = None

    wears = True

    def __post_init__(self) -> None:
        if self._every_s is not None and self._every_s <= 0:
            raise BadInput("every", self.every, "a time above zero")

    @property
    def text(self) -> str:
        return "key rotated" + (f", again every {self._every_s:g} s" if self._every_s else "")

    def strike(self, target: Target) -> None:
        # One that is under way is the rotation that was asked for.
        with unless("ConflictException"):
            target.control.rotate_key_on_demand(KeyId=target.key)

    def steps(self, for_s: float) -> Steps:
        if self._every_s is None:
            return ()
        again = -int(-for_s // self._every_s) - 1
        if again >= _MOST:
            raise BadInput("rotations of one key", again + 1, f"{_MOST} at most, as KMS has it")
        return [(self._every_s * count, self.strike) for count in range(1, again + 1)]

    def mend(self, target: Target) -> None:
        """Nothing is broken: all that the key ever sealed, it opens."""

    @property
    def _every_s(self) -> float | None:
        return None if self.every is None else seconds(self.every, "every")
