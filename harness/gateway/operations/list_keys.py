"""ListKeys: every key of the account in this Region, a page at a time."""

from typing import Any

from harness.gateway.call import Call
from harness.gateway.pages import ListRequest

__all__ = ["ListKeys"]


class ListKeys(ListRequest, frozen=True, kw_only=True):
    """A hundred keys a page, unless the request says otherwise."""

    def answer(self, call: Call) -> dict[str, Any]:
        call.permit_account()
        found = call.ring.keys(call.home, self.after)
        keys = ((key.id, {"KeyId": key.id, "KeyArn": key.arn}) for key in found)
        return self.page("Keys", keys, usual=100)
