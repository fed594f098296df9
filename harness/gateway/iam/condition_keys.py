"""The condition keys that a KMS request can have, one table: how each is worked out.

Source: KMS Developer Guide, "AWS KMS condition keys"; IAM User Guide, "Global condition keys".
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from harness.gateway.iam.principals import own_names

if TYPE_CHECKING:
    from harness.gateway.iam.facts import RequestFacts

_Found = Sequence[str] | None


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value.timestamp()) if isinstance(value, datetime) else str(value)


def _one(value: Any) -> _Found:
    return None if value in (None, "") else (_text(value),)


def _asked(*names: str, usual: Any = None) -> Callable[["RequestFacts"], _Found]:
    """A parameter of the request by its first name that has a value; `usual` where it is left out
    of a request that may have it."""

    def found(facts: "RequestFacts") -> _Found:
        has = [name for name in names if hasattr(facts.request, name)]
        values = [getattr(facts.request, name) for name in has]
        given = next((value for value in values if value is not None), None)
        return _one(usual if has and given is None else given)

    return found


def _of_key(attribute: str, otherwise: Callable[["RequestFacts"], _Found]) -> Callable[..., _Found]:
    """A property of the key used or, where there is none yet, of the key asked for."""

    def found(facts: "RequestFacts") -> _Found:
        return _one(getattr(facts.key, attribute)) if facts.key else otherwise(facts)

    return found


def _algorithm(facts: "RequestFacts") -> _Found:
    sides = {"ReEncryptFrom": "source_", "ReEncryptTo": "destination_"}
    name = f"{sides.get(facts.operation, '')}encryption_algorithm"
    usual = "SYMMETRIC_DEFAULT" if hasattr(facts.request, "encryption_context") else None
    return _one(getattr(facts.request, name, None) or usual)


def _context(facts: "RequestFacts") -> Mapping[str, str]:
    """The encryption context; in CreateGrant, that of the constraint."""
    constraints = getattr(facts.request, "constraints", None)
    names = ("encryption_context_equals", "encryption_context_subset")
    constrained = next(filter(None, (getattr(constraints, name, None) for name in names)), None)
    return facts.context or constrained or {}


def _request_tags(facts: "RequestFacts") -> Mapping[str, str]:
    tags = getattr(facts.request, "tags", None) or ()
    return {tag.tag_key: tag.tag_value for tag in tags}


def _tag_keys(facts: "RequestFacts") -> _Found:
    return list(_request_tags(facts)) or getattr(facts.request, "tag_keys", None) or None


def _constraint_types(facts: "RequestFacts") -> _Found:
    constraints = getattr(facts.request, "constraints", None)
    kinds = {
        "EncryptionContextEquals": "encryption_context_equals",
        "EncryptionContextSubset": "encryption_context_subset",
        "SourceArn": "source_arn",
    }
    return [kind for kind, name in kinds.items() if getattr(constraints, name, None)] or None


def _for_resource(facts: "RequestFacts") -> _Found:
    known = facts.operation in ("CreateGrant", "ListGrants", "RevokeGrant")
    return _one(bool(facts.identity.via_service)) if known else None


def _request_alias(facts: "RequestFacts") -> _Found:
    _, found, name = facts.named.rpartition("alias/")
    return (f"alias/{name}",) if found else None


def _principal_arn(facts: "RequestFacts") -> _Found:
    arn = facts.identity.arn
    return (own_names(arn)[1] if ":assumed-role/" in arn else arn,)


def _username(facts: "RequestFacts") -> _Found:
    _, found, name = facts.identity.arn.partition(":user/")
    return (name.rpartition("/")[2],) if found else None


def _user_id(facts: "RequestFacts") -> _Found:
    """A root user's; the unique ids of others are known to nobody here."""
    return (facts.identity.account,) if facts.identity.arn.endswith(":root") else None


def _principal_type(facts: "RequestFacts") -> _Found:
    kinds = {":user/": "User", ":assumed-role/": "AssumedRole", ":root": "Account"}
    return [kind for mark, kind in kinds.items() if mark in facts.identity.arn] or None


def _instant(facts: "RequestFacts") -> _Found:
    return (datetime.fromtimestamp(facts.now, UTC).isoformat(),)


FAMILIES: Final[tuple[tuple[str, Callable[["RequestFacts"], Mapping[str, str]]], ...]] = (
    ("kms:encryptioncontext:", _context),
    ("aws:principaltag/", lambda facts: facts.identity.tags),
    ("aws:resourcetag/", lambda facts: facts.key.tags if facts.key else {}),
    ("aws:requesttag/", _request_tags),
)
KEYS: Final[dict[str, Callable[["RequestFacts"], _Found]]] = {
    "aws:currenttime": _instant,
    "aws:epochtime": lambda facts: (str(int(facts.now)),),
    "aws:principalaccount": lambda facts: (facts.identity.account,),
    "aws:principalarn": _principal_arn,
    "aws:principalorgid": lambda facts: _one(facts.identity.organization),
    "aws:principaltype": _principal_type,
    "aws:requestedregion": lambda facts: (facts.region,),
    "aws:resourceaccount": lambda facts: _one(facts.key.account) if facts.key else None,
    # KMS is spoken to over TLS only, which this gateway stands in for.
    "aws:securetransport": lambda _: ("true",),
    "aws:sourceip": lambda facts: None if facts.identity.via_service else _one(facts.peer_ip),
    "aws:tagkeys": _tag_keys,
    "aws:userid": _user_id,
    "aws:username": _username,
    "aws:viaawsservice": lambda facts: _one(bool(facts.identity.via_service)),
    "kms:bypasspolicylockoutsafetycheck": _asked("bypass_policy_lockout_safety_check", usual=False),
    "kms:calleraccount": lambda facts: (facts.identity.account,),
    "kms:datakeypairspec": _asked("key_pair_spec"),
    "kms:encryptionalgorithm": _algorithm,
    "kms:encryptioncontextkeys": lambda facts: list(_context(facts)) or None,
    "kms:expirationmodel": _asked("expiration_model"),
    "kms:granteeprincipal": _asked("grantee_principal"),
    "kms:grantconstrainttype": _constraint_types,
    "kms:grantisforawsresource": _for_resource,
    "kms:grantoperations": lambda facts: getattr(facts.request, "operations", None),
    "kms:keyorigin": _of_key("origin", _asked("origin", usual="AWS_KMS")),
    "kms:keyspec": _of_key(
        "spec", _asked("key_spec", "customer_master_key_spec", usual="SYMMETRIC_DEFAULT")
    ),
    "kms:keyusage": _of_key("usage", _asked("key_usage", usual="ENCRYPT_DECRYPT")),
    "kms:macalgorithm": _asked("mac_algorithm"),
    "kms:messagetype": _asked("message_type"),
    "kms:multiregion": _of_key("multi_region", _asked("multi_region", usual=False)),
    "kms:multiregionkeytype": _of_key("multi_region_type", lambda _: None),
    "kms:policyname": _asked("policy_name", usual="default"),
    "kms:primaryregion": _asked("primary_region"),
    "kms:reencryptonsamekey": lambda facts: _one(facts.same_key),
    "kms:replicaregion": _asked("replica_region"),
    "kms:requestalias": _request_alias,
    "kms:resourcealiases": lambda facts: facts.aliases() or None,
    "kms:retiringprincipal": _asked("retiring_principal"),
    "kms:rotationperiodindays": _asked("rotation_period_in_days", usual=365),
    "kms:schedulekeydeletionpendingwindowindays": _asked("pending_window_in_days", usual=30),
    "kms:signingalgorithm": _asked("signing_algorithm"),
    "kms:validto": _asked("valid_to"),
    "kms:viaservice": lambda facts: _one(facts.identity.via_service),
    "kms:wrappingalgorithm": _asked("wrapping_algorithm"),
    "kms:wrappingkeyspec": _asked("wrapping_key_spec"),
}
