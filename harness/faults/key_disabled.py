"""Somebody disables the key: a real DisableKey, then EnableKey, on the backend in use."""

from dataclasses import dataclass

from harness.faults import Target
from harness.faults._state import GONE, StateFault, unless

__all__ = ["KeyDisabled"]


@dataclass(frozen=True)
class KeyDisabled(StateFault):
    """Has no settings: a key is disabled or it is not."""

    @property
    def text(self) -> str:
        return "key disabled"

    def strike(self, target: Target) -> None:
        target.control.disable_key(KeyId=target.key)

    def mend(self, target: Target) -> None:
        with unless(GONE):
            target.control.enable_key(KeyId=target.key)
