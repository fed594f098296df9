"""Grants: permission for one principal to do listed operations with one key, till it is ended.

Source: KMS Developer Guide, "Grants in AWS KMS"; the API reference of CreateGrant. Marked [?] are
messages that no source was found for.
"""

import base64
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from harness.gateway.iam.identity import Identity
from harness.gateway.iam.principals import is_principal, own_names
from harness.gateway.randomness import RandomBytes
from harness.gateway.refusals import invalid, refusal

_SYMMETRIC: Final = frozenset(
    {"Decrypt", "Encrypt", "ReEncryptFrom", "ReEncryptTo"}
    | {f"GenerateDataKey{kind}" for kind in ("", "WithoutPlaintext")}
    | {f"GenerateDataKeyPair{kind}" for kind in ("", "WithoutPlaintext")}
)
_ANY: Final = frozenset({"CreateGrant", "DescribeKey", "RetireGrant"})
_ASYMMETRIC: Final = {
    "ENCRYPT_DECRYPT": frozenset({"Decrypt", "Encrypt", "ReEncryptFrom", "ReEncryptTo"}),
    "SIGN_VERIFY": frozenset({"Sign", "Verify"}),
    "KEY_AGREEMENT": frozenset({"DeriveSharedSecret"}),
    "ENCAPSULATE_DECAPSULATE": frozenset({"Encapsulate", "Decapsulate"}),
}
_MAC: Final = frozenset({"GenerateMac", "VerifyMac"})
# The operations with an encryption context, which its constraints are about.
WITH_CONTEXT: Final = _SYMMETRIC
_MOST_PAIRS: Final = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """One grant. `retiring` and `name` are empty, the constraints None, where there are none.

    A service is named in `grantee_service` or `retiring_service`, and then no principal beside it.
    """

    id: str
    key_arn: str
    grantee: str
    operations: frozenset[str]
    created_s: float
    issuer: str
    retiring: str = ""
    name: str = ""
    context_equals: Mapping[str, str] | None = None
    context_subset: Mapping[str, str] | None = None
    source_arn: str = ""
    grantee_service: str = ""
    retiring_service: str = ""


def permits(
    grant: Grant,
    identity: Identity,
    operation: str,
    context: Mapping[str, str] | None,
    source_arn: str = "",
) -> bool:
    """Whether the grant lets `identity` do `operation` with this encryption context."""
    if operation not in grant.operations or grant.grantee not in own_names(identity.arn):
        return False
    if grant.source_arn and operation != "RetireGrant" and grant.source_arn != source_arn:
        return False
    if operation not in WITH_CONTEXT:
        return True
    given, equals, subset = context or {}, grant.context_equals, grant.context_subset
    if equals is not None and _folded(given) != _folded(equals):
        return False
    return subset is None or _folded(subset) <= _folded(given)


def _folded(context: Mapping[str, str]) -> set[tuple[str, str]]:
    """A context's pairs as constraints compare them: the keys without case, the values with it."""
    return {(name.lower(), value) for name, value in context.items()}


def may_retire(grant: Grant, identity: Identity) -> bool:
    """Whether `identity` may retire the grant without any policy's leave.

    The account that made it may, its retiring principal, and the grantee if RetireGrant is listed.
    """
    names = own_names(identity.arn)
    return (
        identity.arn == grant.issuer
        or (grant.retiring != "" and grant.retiring in names)
        or ("RetireGrant" in grant.operations and grant.grantee in names)
    )


def covers(parent: Grant, new: Grant) -> bool:
    """Whether the leave to create grants that `parent` gives reaches as far as `new`."""
    if not new.operations <= parent.operations:
        return False
    if parent.context_equals is not None:
        return new.context_equals == parent.context_equals
    least = (parent.context_subset or {}).items()
    return least <= (new.context_equals or new.context_subset or {}).items()


def checked(grant: Grant, *, spec: str, usage: str) -> Grant:
    """The grant, if a key of this kind may have such a one. Raises KmsError."""
    for principal in filter(None, (grant.grantee, grant.retiring)):
        if not is_principal(principal):
            text = f"ARN does not refer to a valid principal: {principal}"
            raise refusal("InvalidArnException", text)
    if not grant.operations:
        raise invalid("Operations must not be empty.")  # [?]
    if grant.operations == {"CreateGrant"}:
        raise invalid("Grants must not contain only the CreateGrant operation.")
    allowed = grantable(spec, usage)
    if wrong := sorted(grant.operations - allowed):
        text = f"Grant operation {wrong[0]} is not valid for a key of spec {spec}, usage {usage}."
        raise invalid(text)  # the code is documented, the words are ours
    for constraint in (grant.context_equals, grant.context_subset):
        if constraint is not None:
            _check_constraint(constraint, spec)
    return grant


def grantable(spec: str, usage: str) -> frozenset[str]:
    """The operations that grants may list for keys of this kind."""
    if spec == "SYMMETRIC_DEFAULT":
        return _SYMMETRIC | _ANY
    if usage == "GENERATE_VERIFY_MAC":
        return _MAC | _ANY
    return _ASYMMETRIC.get(usage, frozenset()) | _ANY | {"GetPublicKey"}


def _check_constraint(constraint: Mapping[str, str], spec: str) -> None:
    if spec != "SYMMETRIC_DEFAULT":
        raise invalid("Encryption context constraints need a symmetric encryption key.")  # [?]
    if len(constraint) > _MOST_PAIRS:
        raise invalid(f"A grant constraint has at most {_MOST_PAIRS} pairs.")  # [?]
    if any(len(value) > 384 for value in constraint.values()):
        raise invalid("A grant constraint's value has at most 384 characters.")  # [?]


def new_id(random_bytes: RandomBytes) -> str:
    """A grant's id: 64 hexadecimal digits."""
    return random_bytes(32).hex()


def new_token(grant_id: str, key_arn: str, random_bytes: RandomBytes) -> str:
    """A grant token, of the length of AWS's. It names its grant, so all of a grant's do alike.

    That is no secret: a token makes a grant felt at once, and it is for the grantee still.
    """
    named = bytes.fromhex(grant_id) + key_arn.encode().ljust(_ARN_BYTES)
    return base64.b64encode(named + random_bytes(_TOKEN_BYTES - len(named))).decode()


def named_by(token: str) -> tuple[str, str]:
    """The id of the grant that a token names, and its key's ARN.

    Raises InvalidGrantTokenException, with no message: none was found.
    """
    if not _TOKEN.fullmatch(token):
        raise refusal("InvalidGrantTokenException")
    named = base64.b64decode(token)
    arn = named[_ID_BYTES : _ID_BYTES + _ARN_BYTES].decode("latin-1")
    return named[:_ID_BYTES].hex(), arn.rstrip()


def checked_id(grant_id: str) -> str:
    """The id, if grants have such. Raises InvalidGrantIdException, whose words are ours."""
    if not _GRANT_ID.fullmatch(grant_id):
        raise refusal("InvalidGrantIdException", f"Invalid grant ID '{grant_id}'")
    return grant_id


_ID_BYTES: Final = 32
_ARN_BYTES: Final = 100
_TOKEN_BYTES: Final = 198
_TOKEN: Final = re.compile(r"[A-Za-z0-9+/]{264}")
_GRANT_ID: Final = re.compile(r"[0-9a-f]{64}")
