"""RevokeGrant: the end of a grant, by leave of the key's policy; felt once it has gone round."""

from dataclasses import replace

from harness.gateway.call import Call
from harness.gateway.granting import granted
from harness.gateway.iam.grants import checked_id
from harness.gateway.request import DryRequest
from harness.gateway.shapes import GrantId, KeyId

__all__ = ["RevokeGrant"]


class RevokeGrant(DryRequest, frozen=True, kw_only=True):
    """Works across accounts and in every state. Raises NotFoundException for another's grant."""

    key_id: KeyId
    grant_id: GrantId

    def answer(self, call: Call) -> None:
        key = call.key(self.key_id, across=True)
        grant = granted(key, checked_id(self.grant_id))
        self.stop_if_dry()
        left = {name: one for name, one in key.grants.items() if name != grant.id}
        call.put(replace(key, grants=left))
