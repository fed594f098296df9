"""A fresh data key for each recording: one KMS call each, the smallest blast radius, no lag."""

from harness.envelope import Material, Wrapped, context
from harness.materials import Calls, Opening
from harness.principals import ACTIONS

__all__ = ["PerRecording"]


class PerRecording:
    """GenerateDataKey for every recording, and Decrypt for every playback, as the guide has it."""

    actions = ACTIONS

    def __init__(self, opening: Opening) -> None:
        self._organization = opening.organization

    def material(self, recording: int, size: int, calls: Calls) -> Material:
        bound = context(self._organization, recording=f"{recording:016x}")
        made = calls.generate(bound)
        return Material(made.plaintext, Wrapped(made.key, made.wrapped, bound))

    def unwrap(self, wrapped: Wrapped, calls: Calls) -> bytes:
        return calls.decrypt(wrapped)

    def forget(self) -> None:
        """Nothing is held."""
