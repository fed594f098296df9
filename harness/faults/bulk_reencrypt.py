"""Stored recordings are re-encrypted in bulk, out of the same quota that live ones live on."""

from dataclasses import dataclass

from harness.errors import BadInput
from harness.faults import Target
from harness.faults._state import StateFault
from harness.quantity import per_second

__all__ = ["BulkReencrypt"]


@dataclass(frozen=True)
class BulkReencrypt(StateFault):
    """`rate`: how many recordings a second, two KMS calls each."""

    rate: str | float = "10/s"

    control = False

    def __post_init__(self) -> None:
        if self._rate_per_s <= 0:
            raise BadInput("rate", self.rate, "a rate above zero")

    @property
    def text(self) -> str:
        return f"bulk re-encryption of {self._rate_per_s:g} recordings a second"

    def strike(self, target: Target) -> None:
        if target.run:
            target.run.rewrap(self._rate_per_s)

    def mend(self, target: Target) -> None:
        if target.run:
            target.run.rewrap(0.0)

    @property
    def _rate_per_s(self) -> float:
        return per_second(self.rate, "rate")
