"""Grants as requests name them and as lists tell them."""

from collections.abc import Iterable
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from harness.gateway.iam.grants import Grant
from harness.gateway.pages import ListRequest
from harness.gateway.refusals import not_found
from harness.gateway.ring.key import Key
from harness.gateway.shapes import Context

_SOURCE_ARN = r"^arn:aws[a-z0-9-]*:[a-z0-9-]+:[a-z0-9-]*:[0-9]{12}:.+$"


class Constraints(msgspec.Struct, frozen=True, rename="pascal"):
    """On which requests a grant holds."""

    encryption_context_subset: Context | None = None
    encryption_context_equals: Context | None = None
    source_arn: Annotated[str, Meta(min_length=20, max_length=512, pattern=_SOURCE_ARN)] | None = (
        None
    )


class GrantList(ListRequest, frozen=True, kw_only=True):
    """A request for grants, fifty a page unless it says otherwise, by their ids."""

    def listed(self, grants: Iterable[Grant]) -> dict[str, Any]:
        """The reply: a page of these grants."""
        after = self.after
        found = sorted((grant.id, grant) for grant in grants if grant.id > after)
        return self.page("Grants", ((name, _told(grant)) for name, grant in found), usual=50)


def issued_by(account: str) -> str:
    """How an account that made a grant is named."""
    return f"arn:aws:iam::{account}:root"


def granted(key: Key, grant_id: str) -> Grant:
    """The key's grant of this id. Raises NotFoundException, whose words are ours."""
    grant = key.grants.get(grant_id)
    if grant is None:
        raise not_found(f"Grant '{grant_id}' does not exist on {key.arn}.")
    return grant


def _told(grant: Grant) -> dict[str, Any]:
    said = {
        "KeyId": grant.key_arn,
        "GrantId": grant.id,
        "Name": grant.name,
        "CreationDate": round(grant.created_s, 3),
        "IssuingAccount": grant.issuer,
        "Operations": sorted(grant.operations),
    }
    others = {
        "GranteePrincipal": grant.grantee,
        "GranteeServicePrincipal": grant.grantee_service,
        "RetiringPrincipal": grant.retiring,
        "RetiringServicePrincipal": grant.retiring_service,
        "Constraints": _constraints(grant),
    }
    return said | {name: value for name, value in others.items() if value}


def _constraints(grant: Grant) -> dict[str, Any]:
    said = {
        "EncryptionContextSubset": grant.context_subset,
        "EncryptionContextEquals": grant.context_equals,
        "SourceArn": grant.source_arn or None,
    }
    return {name: value for name, value in said.items() if value is not None}
