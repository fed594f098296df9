"""ListResourceTags: a key's tags; the harness reads here whether a key may be struck."""

from typing import Any

from harness.gateway.account import Account
from harness.gateway.pages import ListRequest
from harness.gateway.shapes import KeyId

__all__ = ["ListResourceTags"]


class ListResourceTags(ListRequest, frozen=True, kw_only=True):
    """Fifty tags a page, unless the request says otherwise."""

    key_id: KeyId

    def answer(self, account: Account, now: float) -> dict[str, Any]:
        key = account.ring.find_key(self.key_id, now)
        tags = {name: {"TagKey": name, "TagValue": value} for name, value in key.tags.items()}
        return self.page("Tags", tags, usual=50)
