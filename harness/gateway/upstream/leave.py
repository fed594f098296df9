"""Whether a caller may do what it asks of the upstream's keys: for each operation, whose leave.

The answers are the embedded KMS's own, operation by operation; a test holds one against the other.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Final

from harness.gateway.call import Call
from harness.gateway.granting import granted
from harness.gateway.iam.grants import covers
from harness.gateway.iam.policy import key_policy
from harness.gateway.lockout import checked_policy
from harness.gateway.ring.key import Key
from harness.gateway.upstream.asked import CRYPTOGRAPHY, ON_ACCOUNT

# By the member of the request that names them.
Keys = Mapping[str, Key]

# They work across accounts though they are no cryptography.
_ACROSS: Final = frozenset({"DescribeKey", "GetKeyRotationStatus", "ListGrants"})


def demand_leave(call: Call, keys: Keys, by_blob: bool) -> None:
    """Raises KmsError unless the caller may; `by_blob` is whether a ciphertext named the key."""
    operation = call.operation
    if operation in ON_ACCOUNT:
        _on_account(call)
    elif operation in _OTHERS:
        _OTHERS[operation](call, keys, by_blob)
    elif operation in CRYPTOGRAPHY:
        context = getattr(call.asked, "encryption_context", None)
        call.view(keys["key_id"], context, "", by_ciphertext=by_blob)
    else:
        call.permit(keys["key_id"], across=operation in _ACROSS)


def _on_account(call: Call) -> None:
    wanted = getattr(call.asked, "retiring_principal", None)
    call.permit_account(resource=wanted or "*")
    if getattr(call.asked, "tags", None):
        call.permit_account("TagResource")
    _demand_policy(call)


def _demand_policy(call: Call) -> None:
    """Raises MalformedPolicyDocumentException for a new key's policy that is none."""
    if policy := getattr(call.asked, "policy", None):
        key_policy(policy, call.account)


def _re_encrypt(call: Call, keys: Keys, by_blob: bool) -> None:
    asked = call.asked
    to, source = keys["destination_key_id"], keys["source_key_id"]
    call.view(to, asked.destination_encryption_context, "ReEncryptTo")
    context = asked.source_encryption_context
    call.view(source, context, "ReEncryptFrom", by_ciphertext=by_blob)


def _create_grant(call: Call, keys: Keys, _by_blob: bool) -> None:
    key = keys["key_id"]
    grant = call.asked.asked(call, key)
    call.permit(key, across=True, by=lambda parent: covers(parent, grant))


def _retire_grant(call: Call, keys: Keys, _by_blob: bool) -> None:
    asked, key = call.asked, keys["key_id"]
    token = asked.grant_token
    grant_id = call.world.grant_named(token) if token is not None else asked.grant_id
    asked.permit(call, key, granted(key, grant_id or ""))


def _revoke_grant(call: Call, keys: Keys, _by_blob: bool) -> None:
    key = keys["key_id"]
    call.permit(key, across=True)
    granted(key, call.asked.grant_id)  # not every upstream asks whose grant it is


def _put_key_policy(call: Call, keys: Keys, _by_blob: bool) -> None:
    asked, key = call.asked, keys["key_id"]
    call.permit(key)
    new = replace(key, policy=key_policy(asked.policy, key.account))
    checked_policy(call, new, bypass=asked.bypass_policy_lockout_safety_check)


def _create_alias(call: Call, keys: Keys, _by_blob: bool) -> None:
    call.permit(keys["target_key_id"])


def _update_alias(call: Call, keys: Keys, _by_blob: bool) -> None:
    call.permit(keys["alias_name"])
    call.permit(keys["target_key_id"])


def _delete_alias(call: Call, keys: Keys, _by_blob: bool) -> None:
    call.permit(keys["alias_name"])


def _replicate_key(call: Call, keys: Keys, _by_blob: bool) -> None:
    call.permit(keys["key_id"])
    call.permit_account("CreateKey")
    if call.asked.tags:
        call.permit_account("TagResource")
    _demand_policy(call)


def _update_primary_region(call: Call, keys: Keys, _by_blob: bool) -> None:
    call.permit(keys["key_id"])
    call.permit(keys["primary_region"])


_OTHERS: Final[dict[str, Callable[[Call, Keys, bool], None]]] = {
    "CreateAlias": _create_alias,
    "CreateGrant": _create_grant,
    "DeleteAlias": _delete_alias,
    "PutKeyPolicy": _put_key_policy,
    "ReEncrypt": _re_encrypt,
    "ReplicateKey": _replicate_key,
    "RetireGrant": _retire_grant,
    "RevokeGrant": _revoke_grant,
    "UpdateAlias": _update_alias,
    "UpdatePrimaryRegion": _update_primary_region,
}
