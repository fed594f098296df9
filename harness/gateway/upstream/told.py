"""What an upstream tells of its keys, as keys and grants of ours: what leave depends on."""

from collections.abc import Iterable, Mapping
from typing import TypeVar

import msgspec

from harness.errors import KmsError
from harness.gateway.granting import issued_by
from harness.gateway.iam.grants import Grant
from harness.gateway.iam.policy import Policy, key_policy
from harness.gateway.refusals import refusal
from harness.gateway.ring.key import Key


class _Told(msgspec.Struct, frozen=True, rename="pascal"):
    pass


class _Family(_Told, frozen=True):
    multi_region_key_type: str = ""


class Metadata(_Told, frozen=True):
    """What DescribeKey says of a key."""

    key_id: str
    arn: str
    key_spec: str = "SYMMETRIC_DEFAULT"
    key_usage: str = "ENCRYPT_DECRYPT"
    origin: str = "AWS_KMS"
    multi_region_configuration: _Family | None = None


class Described(_Told, frozen=True):
    """DescribeKey's answer."""

    key_metadata: Metadata


class PolicyTold(_Told, frozen=True):
    """GetKeyPolicy's answer."""

    policy: str = ""


class _Constraints(_Told, frozen=True):
    encryption_context_subset: dict[str, str] | None = None
    encryption_context_equals: dict[str, str] | None = None
    source_arn: str = ""


class GrantTold(_Told, frozen=True):
    """One grant as ListGrants has it."""

    grant_id: str
    operations: tuple[str, ...] = ()
    grantee_principal: str = ""
    grantee_service_principal: str = ""
    retiring_principal: str = ""
    retiring_service_principal: str = ""
    issuing_account: str = ""
    name: str = ""
    constraints: _Constraints = _Constraints()


class Page(_Told, frozen=True):
    """A page of ListGrants, ListResourceTags or ListAliases."""

    grants: tuple[GrantTold, ...] = ()
    tags: tuple[dict[str, str], ...] = ()
    aliases: tuple[dict[str, object], ...] = ()
    truncated: bool = False
    next_marker: str = ""


class Granted(_Told, frozen=True):
    """CreateGrant's answer."""

    grant_id: str = ""
    grant_token: str = ""


_T = TypeVar("_T")


def read(body: bytes, kind: type[_T]) -> _T:
    """An answer of this kind. Raises KmsError for what is none."""
    try:
        return msgspec.json.decode(body, type=kind)
    except (ValueError, RecursionError) as error:
        text = f"the upstream's answer cannot be read: {error}"
        raise refusal("ServiceUnavailableException", text) from None


def key_of(
    said: Metadata, policy: str, grants: Iterable[GrantTold], tags: Mapping[str, str]
) -> Key:
    """The key with its policy, grants and tags; when it was made does not matter here."""
    account, family = said.arn.split(":")[4], said.multi_region_configuration
    return Key(
        id=said.key_id,
        arn=said.arn,
        account=account,
        created_s=0.0,
        policy=_policy(policy, account),
        spec=said.key_spec,
        usage=said.key_usage,
        origin=said.origin,
        multi_region_type=family.multi_region_key_type if family else "",
        tags=tags,
        grants={one.grant_id: _grant(one, said.arn, account) for one in grants},
    )


def _policy(text: str, account: str) -> Policy:
    """The policy; one that cannot be one, which an upstream may keep, allows nobody anything."""
    try:
        return key_policy(text, account)
    except KmsError:
        return Policy((), text, account)


def _grant(said: GrantTold, arn: str, account: str) -> Grant:
    return Grant(
        id=said.grant_id,
        key_arn=arn,
        grantee=said.grantee_principal,
        operations=frozenset(said.operations),
        created_s=0.0,
        issuer=said.issuing_account or issued_by(account),
        retiring=said.retiring_principal,
        name=said.name,
        context_equals=said.constraints.encryption_context_equals,
        context_subset=said.constraints.encryption_context_subset,
        source_arn=said.constraints.source_arn,
        grantee_service=said.grantee_service_principal,
        retiring_service=said.retiring_service_principal,
    )
