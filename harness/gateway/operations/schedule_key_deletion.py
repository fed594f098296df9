"""ScheduleKeyDeletion: the fault with a deadline; past it, what the key sealed is lost."""

from dataclasses import replace
from typing import Annotated, Any

from msgspec import Meta

from harness.gateway.call import Call
from harness.gateway.request import Request
from harness.gateway.ring.due import DAY_S
from harness.gateway.ring.key import PRESENT, State, demand
from harness.gateway.shapes import KeyId

__all__ = ["ScheduleKeyDeletion"]


class ScheduleKeyDeletion(Request, frozen=True, kw_only=True):
    """A primary with replicas waits for their end first.

    Raises KMSInvalidStateException on a key that waits for its deletion already.
    """

    key_id: KeyId
    pending_window_in_days: Annotated[int, Meta(ge=7, le=30)] = 30

    def answer(self, call: Call) -> dict[str, Any]:
        key = demand(call.key(self.key_id), PRESENT)
        days, gone_s = self.pending_window_in_days, call.now + self.pending_window_in_days * DAY_S
        leads = key.multi_region_type == "PRIMARY" and bool(call.ring.twins(key))
        state = State.PENDING_REPLICA_DELETION if leads else State.PENDING_DELETION
        ends_s = None if leads else gone_s
        call.put(replace(key, state=state, deletion_s=ends_s, pending_window_days=days))
        said: dict[str, Any] = {} if leads else {"DeletionDate": round(gone_s, 3)}
        return {
            "KeyId": key.arn,
            **said,
            "KeyState": state.value,
            "PendingWindowInDays": days,
        }
