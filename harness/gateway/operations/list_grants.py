"""ListGrants: the grants of one key."""

from typing import Any

from harness.gateway.call import Call
from harness.gateway.granting import GrantList
from harness.gateway.iam.grants import Grant, checked_id
from harness.gateway.refusals import invalid
from harness.gateway.shapes import GrantId, KeyId, PrincipalId, ServicePrincipal

__all__ = ["ListGrants"]


class ListGrants(GrantList, frozen=True, kw_only=True):
    """Works across accounts, and in every state of the key."""

    key_id: KeyId
    grant_id: GrantId | None = None
    grantee_principal: PrincipalId | None = None
    grantee_service_principal: ServicePrincipal | None = None

    def answer(self, call: Call) -> dict[str, Any]:
        key = call.key(self.key_id, across=True)
        if self.grant_id is not None:
            checked_id(self.grant_id)
        if self.grantee_principal and self.grantee_service_principal:
            raise invalid("Specify either GranteePrincipal or GranteeServicePrincipal.")
        return self.listed(grant for grant in key.grants.values() if self._wants(grant))

    def _wants(self, grant: Grant) -> bool:
        wanted = (
            (self.grant_id, grant.id),
            (self.grantee_principal, grant.grantee),
            (self.grantee_service_principal, grant.grantee_service),
        )
        return all(asked in (None, has) for asked, has in wanted)
