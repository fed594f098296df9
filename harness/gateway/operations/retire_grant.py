"""RetireGrant: the end of a grant, by leave of the grant itself; the tidy way to give it back."""

from dataclasses import replace
from typing import Annotated

from msgspec import Meta

from harness.gateway.call import Call
from harness.gateway.granting import granted, issued_by
from harness.gateway.iam.grants import Grant, checked_id, may_retire, named_by
from harness.gateway.refusals import invalid, not_found, refusal
from harness.gateway.request import DryRequest
from harness.gateway.ring.key import Key
from harness.gateway.shapes import GrantId, KeyId

__all__ = ["RetireGrant"]


class RetireGrant(DryRequest, frozen=True, kw_only=True):
    """By token, or by key and grant id. The grant says who may, or the account that made it."""

    grant_token: Annotated[str, Meta(min_length=1, max_length=8192)] | None = None
    key_id: KeyId | None = None
    grant_id: GrantId | None = None

    def answer(self, call: Call) -> None:
        key, grant = self._found(call)
        self.permit(call, key, grant)
        self.stop_if_dry()
        left = {name: one for name, one in key.grants.items() if name != grant.id}
        call.put(replace(key, grants=left))

    def _found(self, call: Call) -> tuple[Key, Grant]:
        if self.grant_token is not None:
            grant_id, arn = named_by(self.grant_token)
            found = call.ring.get(arn)
            if found is None or found.region != call.caller.region:
                raise not_found(f"Key '{arn}' does not exist")
            return found, granted(found, grant_id)
        if self.key_id is None or self.grant_id is None:
            raise invalid("Grant token OR (grant ID, key ID) must be specified")
        key = call.ring.find_key(self.key_id, call.home)
        return key, granted(key, checked_id(self.grant_id))

    def permit(self, call: Call, key: Key, grant: Grant) -> None:
        """Raises AccessDeniedException unless the grant says that the caller may, or else the
        account that made it, which the caller belongs to.

        KMS documents that no policy alone allows it; the words of the refusal are ours.
        """
        if may_retire(grant, call.caller.identity):
            return
        if grant.issuer == issued_by(call.account):
            call.permit_account(resource=key.arn)
            return
        who, what = call.caller.identity.arn, f"kms:RetireGrant on resource: {key.arn}"
        text = f"User: {who} is not authorized to perform: {what}"
        raise refusal("AccessDeniedException", text)
