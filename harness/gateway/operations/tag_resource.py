"""TagResource: adds tags to a key, or replaces their values."""

from dataclasses import replace

from harness.gateway.call import Call
from harness.gateway.request import Request
from harness.gateway.ring.key import PRESENT, demand
from harness.gateway.ring.tags import Tag, merged
from harness.gateway.shapes import KeyId

__all__ = ["TagResource"]


class TagResource(Request, frozen=True, kw_only=True):
    """Raises TagException for a name given twice, and past 50."""

    key_id: KeyId
    tags: list[Tag]

    def answer(self, call: Call) -> None:
        key = demand(call.key(self.key_id), PRESENT)
        call.put(replace(key, tags=merged(key.tags, self.tags)))
