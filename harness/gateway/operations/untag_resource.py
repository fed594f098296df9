"""UntagResource: takes tags off a key; a tag that is not there is no error."""

from dataclasses import replace

from harness.gateway.call import Call
from harness.gateway.request import Request
from harness.gateway.ring.key import PRESENT, demand
from harness.gateway.shapes import KeyId, TagKey

__all__ = ["UntagResource"]


class UntagResource(Request, frozen=True, kw_only=True):
    """Raises KMSInvalidStateException on a key that waits for its deletion."""

    key_id: KeyId
    tag_keys: list[TagKey]

    def answer(self, call: Call) -> None:
        key = demand(call.key(self.key_id), PRESENT)
        left = {name: value for name, value in key.tags.items() if name not in self.tag_keys}
        call.put(replace(key, tags=left))
