"""ListResourceTags: a key's tags; the harness reads here whether a key may be struck."""

from typing import Any

from harness.gateway.call import Call
from harness.gateway.pages import ListRequest
from harness.gateway.shapes import KeyId

__all__ = ["ListResourceTags"]


class ListResourceTags(ListRequest, frozen=True, kw_only=True):
    """Fifty tags a page, unless the request says otherwise."""

    key_id: KeyId

    def answer(self, call: Call) -> dict[str, Any]:
        key = call.key(self.key_id)
        tags = (
            (name, {"TagKey": name, "TagValue": key.tags[name]})
            for name in sorted(key.tags)
            if name > self.after
        )
        return self.page("Tags", tags, usual=50)
