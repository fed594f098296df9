"""CancelKeyDeletion: takes the deadline off; the key comes back disabled, not enabled."""

from dataclasses import replace
from typing import Any

from harness.gateway.account import Account
from harness.gateway.request import Request
from harness.gateway.ring.key import State, demand_pending
from harness.gateway.shapes import KeyId

__all__ = ["CancelKeyDeletion"]


class CancelKeyDeletion(Request, frozen=True, kw_only=True):
    """Raises KMSInvalidStateException on a key that does not wait for its deletion."""

    key_id: KeyId

    def answer(self, account: Account, now: float) -> dict[str, Any]:
        key = demand_pending(account.ring.find_key(self.key_id, now))
        account.ring.put(replace(key, state=State.DISABLED, deletion_s=None))
        return {"KeyId": key.arn}
