"""DescribeKey: what a key is and which state it is in; it answers in every state."""

from typing import Any

from harness.gateway.call import Call
from harness.gateway.request import Request
from harness.gateway.ring.metadata import metadata
from harness.gateway.shapes import GrantTokens, KeyId

__all__ = ["DescribeKey"]


class DescribeKey(Request, frozen=True, kw_only=True):
    """Takes aliases too. Raises NotFoundException only."""

    key_id: KeyId
    grant_tokens: GrantTokens | None = None

    def answer(self, call: Call) -> dict[str, Any]:
        key = call.named(self.key_id)
        return {"KeyMetadata": metadata(key, call.ring.twins(key))}
