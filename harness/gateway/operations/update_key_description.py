"""UpdateKeyDescription: what a key is for, in words."""

from dataclasses import replace

from harness.gateway.call import Call
from harness.gateway.request import Request
from harness.gateway.ring.key import PRESENT, demand
from harness.gateway.shapes import Description, KeyId

__all__ = ["UpdateKeyDescription"]


class UpdateKeyDescription(Request, frozen=True, kw_only=True):
    """Raises KMSInvalidStateException on a key that waits for its deletion."""

    key_id: KeyId
    description: Description

    def answer(self, call: Call) -> None:
        key = demand(call.key(self.key_id), PRESENT)
        call.put(replace(key, description=self.description))
