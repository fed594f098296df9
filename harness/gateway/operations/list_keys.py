"""ListKeys: every key of the account in this Region, a page at a time."""

from typing import Any

from harness.gateway.account import Account
from harness.gateway.pages import ListRequest

__all__ = ["ListKeys"]


class ListKeys(ListRequest, frozen=True, kw_only=True):
    """A hundred keys a page, unless the request says otherwise."""

    def answer(self, account: Account, now: float) -> dict[str, Any]:
        keys = {key.id: {"KeyId": key.id, "KeyArn": key.arn} for key in account.ring.keys(now)}
        return self.page("Keys", keys, usual=100)
