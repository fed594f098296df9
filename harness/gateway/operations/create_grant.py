"""CreateGrant: leave for one principal to use a key, without a word changed in its policy."""

from dataclasses import replace
from typing import Annotated, Any, Final, Literal

from msgspec import Meta

from harness.gateway.call import Call
from harness.gateway.granting import Constraints, issued_by
from harness.gateway.iam.grants import Grant, checked, covers, new_id, new_token
from harness.gateway.refusals import invalid, refusal
from harness.gateway.request import DryRequest
from harness.gateway.ring.aliases import PREFIX
from harness.gateway.ring.key import GRANTING, Key, demand
from harness.gateway.shapes import GrantTokens, KeyId, PrincipalId, ServicePrincipal

__all__ = ["CreateGrant"]

_MOST: Final = 50_000  # of one key, AWS's quota of grants
_Operation = Literal[
    "Decrypt",
    "Encrypt",
    "GenerateDataKey",
    "GenerateDataKeyWithoutPlaintext",
    "ReEncryptFrom",
    "ReEncryptTo",
    "Sign",
    "Verify",
    "GetPublicKey",
    "CreateGrant",
    "RetireGrant",
    "DescribeKey",
    "GenerateDataKeyPair",
    "GenerateDataKeyPairWithoutPlaintext",
    "GenerateMac",
    "VerifyMac",
    "DeriveSharedSecret",
    "Encapsulate",
    "Decapsulate",
]
_Name = Annotated[str, Meta(min_length=1, max_length=256, pattern="^[a-zA-Z0-9:/_-]+$")]


class CreateGrant(DryRequest, frozen=True, kw_only=True):
    """A name given again with the same parameters gives the same grant, under another token.

    Who may create grants by a grant gives none that reaches further than that one.
    """

    key_id: KeyId
    operations: tuple[_Operation, ...]
    grantee_principal: PrincipalId | None = None
    grantee_service_principal: ServicePrincipal | None = None
    retiring_principal: PrincipalId | None = None
    retiring_service_principal: ServicePrincipal | None = None
    constraints: Constraints | None = None
    grant_tokens: GrantTokens | None = None
    name: _Name | None = None

    def answer(self, call: Call) -> dict[str, Any]:
        if self.key_id.split(":")[-1].startswith(PREFIX):
            text = "Key Aliases are not supported for this operation."
            raise refusal("InvalidArnException", text)
        key = call.found(call.ring.find_key, self.key_id)
        grant = self.asked(call, key)
        call.permit(key, across=True, by=lambda parent: covers(parent, grant))
        demand(key, GRANTING)
        self._check_principals()
        checked(grant, spec=key.spec, usage=key.usage)
        found = next((one for one in key.grants.values() if _same(one, grant)), None)
        if found is None and len(key.grants) >= _MOST:
            text = f"{key.arn} has {_MOST} grants, the most it may."  # words of our own
            raise refusal("LimitExceededException", text)
        self.stop_if_dry()
        if found is None:
            call.put(replace(key, grants={**key.grants, grant.id: grant}))
        kept = found or grant
        token = new_token(kept.id, key.arn, call.world.random_bytes)
        return {"GrantId": kept.id, "GrantToken": token}

    def asked(self, call: Call, key: Key) -> Grant:
        """The grant that is asked for."""
        constraints = self.constraints or Constraints()
        return Grant(
            id=new_id(call.world.random_bytes),
            key_arn=key.arn,
            grantee=self.grantee_principal or "",
            operations=frozenset(self.operations),
            created_s=call.now,
            issuer=issued_by(call.account),
            retiring=self.retiring_principal or "",
            name=self.name or "",
            context_equals=constraints.encryption_context_equals,
            context_subset=constraints.encryption_context_subset,
            source_arn=constraints.source_arn or "",
            grantee_service=self.grantee_service_principal or "",
            retiring_service=self.retiring_service_principal or "",
        )

    def _check_principals(self) -> None:
        """Which parameters exclude one another is documented; the words are ours."""
        if (self.grantee_principal is None) == (self.grantee_service_principal is None):
            raise invalid("Specify either GranteePrincipal or GranteeServicePrincipal.")
        if self.retiring_principal and self.retiring_service_principal:
            raise invalid("Specify either RetiringPrincipal or RetiringServicePrincipal.")
        if self.grantee_service_principal is None:
            return
        if not (self.constraints and self.constraints.source_arn):
            raise invalid("GranteeServicePrincipal needs a SourceArn grant constraint.")
        if not (self.retiring_principal or self.retiring_service_principal):
            raise invalid("GranteeServicePrincipal needs a retiring principal.")


def _same(one: Grant, new: Grant) -> bool:
    """Whether it is the grant that a request with this name has made before."""
    return bool(new.name) and replace(new, id=one.id, created_s=one.created_s) == one
