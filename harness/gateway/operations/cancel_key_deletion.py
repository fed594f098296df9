"""CancelKeyDeletion: takes the deadline off; the key comes back disabled, not enabled."""

from dataclasses import replace
from typing import Any

from harness.gateway.call import Call
from harness.gateway.request import Request
from harness.gateway.ring.key import State, demand_pending
from harness.gateway.shapes import KeyId

__all__ = ["CancelKeyDeletion"]


class CancelKeyDeletion(Request, frozen=True, kw_only=True):
    """Raises KMSInvalidStateException on a key that does not wait for its deletion."""

    key_id: KeyId

    def answer(self, call: Call) -> dict[str, Any]:
        key = demand_pending(call.key(self.key_id))
        call.put(replace(key, state=State.DISABLED, deletion_s=None))
        return {"KeyId": key.arn}
