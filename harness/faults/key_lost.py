"""The key is deleted for good, and what was sealed under it with it; then another is linked."""

from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from harness.errors import BadInput
from harness.faults import Target
from harness.faults._state import GONE, WEEK_S, StateFault, schedule_deletion, unless

__all__ = ["KeyLost"]

# Gone, or on its way; with replicas in other Regions, a primary key waits for those.
_LOST: Final = (None, "PendingDeletion", "PendingReplicaDeletion")


@dataclass(frozen=True)
class KeyLost(StateFault):
    """Has no settings. Our gateway's keys are put ahead by the week that KMS waits; elsewhere the
    key stays pending deletion, which for the run is as good as gone."""

    destroys = True

    @property
    def text(self) -> str:
        return "key lost for good"

    def strike(self, target: Target) -> None:
        schedule_deletion(target.control, target.key)
        if target.admin and not _gone(target):
            # One that is in front of another KMS cannot put its keys ahead: they stay pending.
            with suppress(BadInput):
                target.admin.go_ahead(target.admin.ahead_s() + WEEK_S)

    def mend(self, target: Target) -> None:
        """Nothing brings the key back. The run goes on under another; a later process has none."""
        run = target.run
        if run is None or run.key != target.key or not _lost(target):
            return
        if not run.link(made := run.another_key()):
            raise BadInput("the key that was made in place of the lost one is not fit", made)


def _lost(target: Target) -> bool:
    return _state(target) in _LOST


def _gone(target: Target) -> bool:
    return _state(target) is None


def _state(target: Target) -> str | None:
    with unless(GONE):
        return str(target.control.describe_key(KeyId=target.key)["KeyMetadata"]["KeyState"])
    return None
