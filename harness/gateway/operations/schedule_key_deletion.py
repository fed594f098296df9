"""ScheduleKeyDeletion: the fault with a deadline; past it, what the key sealed is lost."""

from dataclasses import replace
from typing import Annotated, Any

from msgspec import Meta

from harness.gateway.call import Call
from harness.gateway.request import Request
from harness.gateway.ring.key import PRESENT, State, demand
from harness.gateway.shapes import KeyId

__all__ = ["ScheduleKeyDeletion"]

_DAY_S = 86_400


class ScheduleKeyDeletion(Request, frozen=True, kw_only=True):
    """Raises KMSInvalidStateException on a key that waits for its deletion already."""

    key_id: KeyId
    pending_window_in_days: Annotated[int, Meta(ge=7, le=30)] = 30

    def answer(self, call: Call) -> dict[str, Any]:
        key = demand(call.key(self.key_id), PRESENT)
        gone_s = call.now + self.pending_window_in_days * _DAY_S
        call.put(replace(key, state=State.PENDING_DELETION, deletion_s=gone_s))
        return {
            "KeyId": key.arn,
            "DeletionDate": round(gone_s, 3),
            "KeyState": State.PENDING_DELETION.value,
            "PendingWindowInDays": self.pending_window_in_days,
        }
