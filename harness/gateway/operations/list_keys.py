"""ListKeys: every key of the account in this Region, a page at a time."""

from typing import Annotated, Any, Literal

from msgspec import Meta

from harness.gateway.call import Call
from harness.gateway.pages import ListRequest

__all__ = ["ListKeys"]


class ListKeys(ListRequest, frozen=True, kw_only=True):
    """A hundred keys a page, unless the request says otherwise. Nobody shares keys here by RAM."""

    resource_owners: (
        Annotated[list[Literal["SELF", "OTHER_ACCOUNTS_VIA_RAM"]], Meta(min_length=1, max_length=2)]
        | None
    ) = None

    def answer(self, call: Call) -> dict[str, Any]:
        call.permit_account()
        others = self.resource_owners is not None and "SELF" not in self.resource_owners
        found = () if others else call.ring.keys(call.home, self.after)
        keys = ((key.id, {"KeyId": key.id, "KeyArn": key.arn}) for key in found)
        return self.page("Keys", keys, usual=100)
