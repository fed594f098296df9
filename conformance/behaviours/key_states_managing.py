"""The documented table of key states against the operations that manage keys."""

from collections.abc import Iterator
from typing import Any, Final

from conformance.behaviour import behaviour
from conformance.behaviours._states import fresh_in
from conformance.behaviours.re_encrypt import ends
from conformance.behaviours.tags import tags
from conformance.policies import owned
from conformance.sources import KEY_STATES
from conformance.target import Target

_GRANT: Final = {"Operations": ["Decrypt"]}


def managing(kms: Target) -> Iterator[tuple[str, dict[str, Any]]]:
    """What may be done with a key in any state."""
    yield from ((name, {}) for name in ("DescribeKey", "ListGrants", "ListKeyPolicies"))
    yield from ((name, {}) for name in ("ListResourceTags", "GetKeyRotationStatus"))
    yield "GetKeyPolicy", {"PolicyName": "default"}
    yield "PutKeyPolicy", {"PolicyName": "default", "Policy": owned(kms)}


@behaviour("a disabled key is still described, listed and given policies", KEY_STATES)
def _(kms: Target) -> None:
    key = fresh_in(kms, "Disabled")
    for operation, fields in managing(kms):
        kms.admin(operation, KeyId=key["KeyId"], **fields)


@behaviour("a disabled key still takes tags, descriptions and aliases", KEY_STATES)
def _(kms: Target) -> None:
    key = fresh_in(kms, "Disabled")
    kms.admin("TagResource", KeyId=key["KeyId"], Tags=tags(one="1"))
    kms.admin("UntagResource", KeyId=key["KeyId"], TagKeys=["one"])
    kms.admin("UpdateKeyDescription", KeyId=key["KeyId"], Description="still here")
    kms.admin("DeleteAlias", AliasName=kms.alias(key["KeyId"]))


@behaviour("a disabled key takes no grants: DisabledException", KEY_STATES)
def _(kms: Target) -> None:
    key = fresh_in(kms, "Disabled")
    fields = _GRANT | {"GranteePrincipal": kms.admin.arn}
    kms.admin.refused(
        "DisabledException",
        "CreateGrant",
        f"{key['Arn']} is disabled.",
        KeyId=key["KeyId"],
        **fields,
    )


@behaviour("a disabled key's rotation cannot be set: DisabledException", KEY_STATES)
def _(kms: Target) -> None:
    key = fresh_in(kms, "Disabled")
    for operation in ("EnableKeyRotation", "DisableKeyRotation"):
        kms.admin.refused(
            "DisabledException", operation, f"{key['Arn']} is disabled.", KeyId=key["KeyId"]
        )


@behaviour("RotateKeyOnDemand of a disabled key: DisabledException", KEY_STATES)
def _(kms: Target) -> None:
    key = fresh_in(kms, "Disabled")
    kms.admin.refused("DisabledException", "RotateKeyOnDemand", KeyId=key["KeyId"])


@behaviour("a disabled key as ReEncrypt's destination: DisabledException", KEY_STATES)
def _(kms: Target) -> None:
    key = fresh_in(kms, "Disabled")
    blob = kms.admin("Encrypt", KeyId=kms.key(), Plaintext=b"x")["CiphertextBlob"]
    fields = {"CiphertextBlob": blob} | ends(kms, key["KeyId"])
    kms.admin.refused("DisabledException", "ReEncrypt", f"{key['Arn']} is disabled.", **fields)


@behaviour("a key pending deletion is still described, listed and given policies", KEY_STATES)
def _(kms: Target) -> None:
    key = fresh_in(kms, "PendingDeletion")
    for operation, fields in managing(kms):
        kms.admin(operation, KeyId=key["KeyId"], **fields)


def pending(operation: str, **fields: Any) -> None:
    """Declare that a key pending deletion refuses this management operation."""

    def check(kms: Target) -> None:
        key = fresh_in(kms, "PendingDeletion")
        says = f"{key['Arn']} is pending deletion."
        name = "TargetKeyId" if operation == "CreateAlias" else "KeyId"
        more = {"GranteePrincipal": kms.admin.arn} if operation == "CreateGrant" else {}
        more |= {"AliasName": f"alias/{kms.name()}"} if operation == "CreateAlias" else {}
        every = {name: key["KeyId"]} | fields | more
        kms.admin.refused("KMSInvalidStateException", operation, says, **every)

    title = f"{operation} with a key that is pending deletion: KMSInvalidStateException"
    behaviour(title, KEY_STATES)(check)


pending("EnableKey")
pending("DisableKey")
pending("ScheduleKeyDeletion", PendingWindowInDays=7)
pending("CreateGrant", **_GRANT)
pending("CreateAlias")
pending("TagResource", Tags=tags(one="1"))
pending("UntagResource", TagKeys=["one"])
pending("UpdateKeyDescription", Description="too late")
pending("EnableKeyRotation")
pending("RotateKeyOnDemand")


@behaviour("an alias of a key pending deletion can be moved away from it", KEY_STATES)
def _(kms: Target) -> None:
    key = kms.fresh()
    alias = kms.alias(key["KeyId"])
    kms.admin("ScheduleKeyDeletion", KeyId=key["KeyId"], PendingWindowInDays=7)
    kms.admin("UpdateAlias", AliasName=alias, TargetKeyId=kms.key())


@behaviour("a key pending import encrypts nothing: KMSInvalidStateException", KEY_STATES)
def _(kms: Target) -> None:
    key = kms.external()
    says = f"{key} is pending import."
    for operation, fields in (
        ("Encrypt", {"Plaintext": b"x"}),
        ("GenerateDataKey", {"KeySpec": "AES_256"}),
    ):
        kms.admin.refused("KMSInvalidStateException", operation, says, KeyId=key, **fields)


@behaviour(
    "a key pending import is neither enabled nor disabled: KMSInvalidStateException", KEY_STATES
)
def _(kms: Target) -> None:
    for operation in ("EnableKey", "DisableKey"):
        key = kms.fresh(Origin="EXTERNAL")
        says = f"{key['Arn']} is pending import."
        kms.admin.refused("KMSInvalidStateException", operation, says, KeyId=key["KeyId"])


@behaviour("a key pending import takes no grants: KMSInvalidStateException", KEY_STATES)
def _(kms: Target) -> None:
    fields = _GRANT | {"GranteePrincipal": kms.admin.arn, "KeyId": kms.external()}
    kms.admin.refused("KMSInvalidStateException", "CreateGrant", **fields)


@behaviour("a key pending import takes aliases, tags and a deletion date", KEY_STATES)
def _(kms: Target) -> None:
    key = kms.fresh(Origin="EXTERNAL")
    kms.alias(key["KeyId"])
    kms.admin("TagResource", KeyId=key["KeyId"], Tags=tags(one="1"))
    kms.admin("ScheduleKeyDeletion", KeyId=key["KeyId"], PendingWindowInDays=7)
