"""ListKeyPolicies: the names of a key's policies, which is `default` and no other."""

from typing import Any

from harness.gateway.call import Call
from harness.gateway.pages import ListRequest
from harness.gateway.shapes import KeyId

__all__ = ["ListKeyPolicies"]


class ListKeyPolicies(ListRequest, frozen=True, kw_only=True):
    """A hundred names a page, unless the request says otherwise."""

    key_id: KeyId

    def answer(self, call: Call) -> dict[str, Any]:
        call.key(self.key_id)
        names = [(name, name) for name in ("default",) if name > self.after]
        return self.page("PolicyNames", names, usual=100)
