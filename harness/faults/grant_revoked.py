"""Somebody revokes the grant that the platform uses the key by; then it is given another, alike."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from harness.errors import BadInput
from harness.faults import Target
from harness.faults._state import GONE, StateFault, unless
from harness.principals import PLATFORM_ARN

__all__ = ["GrantRevoked"]

# What of a grant, as ListGrants has it, CreateGrant takes.
_ALIKE: Final = (
    "GranteePrincipal",
    "Operations",
    "Constraints",
    "Name",
    "RetiringPrincipal",
)


@dataclass(frozen=True)
class GrantRevoked(StateFault):
    """`principal`: the platform's ARN, as the grant names it."""

    principal: str = PLATFORM_ARN

    def __post_init__(self) -> None:
        if not self.principal.startswith("arn:"):
            raise BadInput("principal", self.principal, "the platform's ARN")

    permits = True

    @property
    def text(self) -> str:
        return "platform's grant revoked"

    def look(self, target: Target) -> Mapping[str, Any]:
        found = self._grants(target)
        if not found:
            wanted = 'a plan with access="grant", or a grant of your own'
            raise BadInput("the platform has no grant on the key", target.key, wanted)
        return {"grants": [{"id": grant["GrantId"], "like": _like(grant)} for grant in found]}

    def strike(self, target: Target) -> None:
        for grant in target.found["grants"]:
            # LocalStack has a name of its own for a grant that is not there.
            with unless(GONE, "InvalidGrantIdException"):
                target.control.revoke_grant(KeyId=target.key, GrantId=grant["id"])

    def mend(self, target: Target) -> None:
        with unless(GONE):
            there = [_like(grant) for grant in self._grants(target)]
            for grant in target.found.get("grants", ()):
                if grant["like"] in there:
                    there.remove(grant["like"])
                else:
                    target.control.create_grant(KeyId=target.key, **grant["like"])

    def _grants(self, target: Target) -> list[Any]:
        pages = target.control.get_paginator("list_grants").paginate(
            KeyId=target.key, GranteePrincipal=self.principal
        )
        return [grant for page in pages for grant in page["Grants"]]


def _like(grant: Mapping[str, Any]) -> dict[str, Any]:
    """What makes a grant do what it does: what another like it is made with."""
    told = {name: grant[name] for name in _ALIKE if grant.get(name)}
    return {**told, "Operations": sorted(grant["Operations"])}
