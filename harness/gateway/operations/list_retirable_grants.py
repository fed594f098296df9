"""ListRetirableGrants: the grants in this Region that a principal may retire, of any account."""

from typing import Any

from harness.gateway.call import Call
from harness.gateway.granting import GrantList
from harness.gateway.iam.grants import Grant
from harness.gateway.iam.principals import is_principal
from harness.gateway.refusals import invalid, refusal
from harness.gateway.shapes import PrincipalId, ServicePrincipal

__all__ = ["ListRetirableGrants"]


class ListRetirableGrants(GrantList, frozen=True, kw_only=True):
    """The principal must be of the caller's account. Who may use the keys does not matter."""

    retiring_principal: PrincipalId | None = None
    retiring_service_principal: ServicePrincipal | None = None

    def answer(self, call: Call) -> dict[str, Any]:
        wanted = self.retiring_principal
        if (wanted is None) == (self.retiring_service_principal is None):
            raise invalid("Specify either RetiringPrincipal or RetiringServicePrincipal.")
        if wanted is not None and not is_principal(wanted):
            raise refusal("InvalidArnException", f"ARN is not valid: {wanted}")  # words of our own
        call.permit_account(resource=wanted or "*")
        # A service's grants are for the service to ask about, which nobody here is.
        own = wanted is not None and wanted.split(":")[4] == call.account
        return self.listed(_retirable(call, wanted) if wanted and own else ())


def _retirable(call: Call, principal: str) -> list[Grant]:
    keys = call.ring.granting(call.caller.region)
    return [one for key in keys for one in key.grants.values() if one.retiring == principal]
