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
        lacks = key.origin == "EXTERNAL" and not (
            key.materials and all(material.imported for material in key.materials)
        )
        state = State.PENDING_IMPORT if lacks else State.DISABLED
        call.put(replace(key, state=state, deletion_s=None, pending_window_days=None))
        return {"KeyId": key.arn}
