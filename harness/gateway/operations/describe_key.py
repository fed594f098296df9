"""DescribeKey: what a key is and which state it is in; it answers in every state."""

from typing import Any

from harness.gateway.account import Account
from harness.gateway.request import Request
from harness.gateway.ring.key import metadata
from harness.gateway.shapes import GrantTokens, KeyId

__all__ = ["DescribeKey"]


class DescribeKey(Request, frozen=True, kw_only=True):
    """Takes aliases too. Raises NotFoundException only."""

    key_id: KeyId
    grant_tokens: GrantTokens | None = None

    def answer(self, account: Account, now: float) -> dict[str, Any]:
        return {"KeyMetadata": metadata(account.ring.find(self.key_id, now), account.account)}
