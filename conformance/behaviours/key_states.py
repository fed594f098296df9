"""The documented table of key states against operations, cell by cell."""

from collections.abc import Iterator
from typing import Any, Final

from conformance.behaviour import behaviour
from conformance.behaviours.tags import tags
from conformance.policies import owned
from conformance.sources import KEY_STATES
from conformance.target import AGREE, ENCRYPT, MAC, SIGN, SYMMETRIC, Target

_SIGN: Final = {"SigningAlgorithm": "ECDSA_SHA_256", "Message": b"x"}
_MAC: Final = {"MacAlgorithm": "HMAC_SHA_256", "Message": b"x"}
_P256: Final = "ECC_NIST_P256"
_PAIR: Final = {"KeyPairSpec": _P256}
# Operation, the spec and usage of the key it needs, and what to ask beside the KeyId.
_CRYPTOGRAPHIC: Final[tuple[tuple[str, str, str, dict[str, Any]], ...]] = (
    ("Encrypt", SYMMETRIC, ENCRYPT, {"Plaintext": b"x"}),
    ("Decrypt", SYMMETRIC, ENCRYPT, {}),
    ("ReEncrypt", SYMMETRIC, ENCRYPT, {}),
    ("GenerateDataKey", SYMMETRIC, ENCRYPT, {"KeySpec": "AES_256"}),
    ("GenerateDataKeyWithoutPlaintext", SYMMETRIC, ENCRYPT, {"KeySpec": "AES_256"}),
    ("GenerateDataKeyPair", SYMMETRIC, ENCRYPT, _PAIR),
    ("GenerateDataKeyPairWithoutPlaintext", SYMMETRIC, ENCRYPT, _PAIR),
    ("Sign", _P256, SIGN, _SIGN),
    ("Verify", _P256, SIGN, _SIGN | {"Signature": b"x" * 70}),
    ("GetPublicKey", _P256, SIGN, {}),
    ("GenerateMac", "HMAC_256", MAC, _MAC),
    ("VerifyMac", "HMAC_256", MAC, _MAC | {"Mac": b"x" * 32}),
    ("DeriveSharedSecret", _P256, AGREE, {"KeyAgreementAlgorithm": "ECDH", "PublicKey": b"x"}),
)
_GRANT: Final = {"Operations": ["Decrypt"]}


def key_in(kms: Target, state: str, spec: str, usage: str) -> dict[str, Any]:
    """A shared key in that state, and a blob that it made before."""

    def make() -> dict[str, Any]:
        arn = kms.fresh(KeySpec=spec, KeyUsage=usage)["Arn"]
        made = {"arn": arn, "blob": b""}
        if spec == SYMMETRIC:
            made["blob"] = kms.admin("Encrypt", KeyId=arn, Plaintext=b"x")["CiphertextBlob"]
        if spec == _P256:
            made["public"] = kms.admin("GetPublicKey", KeyId=arn)["PublicKey"]
        if state == "Disabled":
            kms.admin("DisableKey", KeyId=arn)
        else:
            kms.admin("ScheduleKeyDeletion", KeyId=arn, PendingWindowInDays=7)
        return made

    found: dict[str, Any] = kms.once((state, spec, usage), make)
    return found


def asked(kms: Target, operation: str, key: dict[str, Any], more: dict[str, Any]) -> dict[str, Any]:
    if operation == "Decrypt":
        return {"CiphertextBlob": key["blob"]}
    if operation == "ReEncrypt":
        return {"CiphertextBlob": key["blob"], "DestinationKeyId": kms.key()}
    if operation == "DeriveSharedSecret":
        more = more | {"PublicKey": key["public"]}
    return {"KeyId": key["arn"]} | more


def refused_in(state: str, code: str, words: str) -> None:
    """Declare that a key in `state` refuses each cryptographic operation."""
    for operation, spec, usage, more in _CRYPTOGRAPHIC:

        def check(
            kms: Target,
            operation: str = operation,
            kind: tuple[str, str] = (spec, usage),
            more: dict[str, Any] = more,
        ) -> None:
            key = key_in(kms, state, *kind)
            says = f"{key['arn']} is {words}."
            fields = asked(kms, operation, key, more)
            kms.eventually(lambda: kms.admin.refused(code, operation, says, **fields))

        behaviour(f"{operation} with a key that is {words}: {code}", KEY_STATES)(check)


refused_in("Disabled", "DisabledException", "disabled")
refused_in("PendingDeletion", "KMSInvalidStateException", "pending deletion")


def managing(kms: Target) -> Iterator[tuple[str, dict[str, Any]]]:
    """What may be done with a key in any state."""
    yield from ((name, {}) for name in ("DescribeKey", "ListGrants", "ListKeyPolicies"))
    yield from ((name, {}) for name in ("ListResourceTags", "GetKeyRotationStatus"))
    yield "GetKeyPolicy", {"PolicyName": "default"}
    yield "PutKeyPolicy", {"PolicyName": "default", "Policy": owned(kms)}


@behaviour("a disabled key is still described, listed and given policies", KEY_STATES)
def _(kms: Target) -> None:
    key = key_in(kms, "Disabled", SYMMETRIC, ENCRYPT)["arn"]
    for operation, fields in managing(kms):
        kms.admin(operation, KeyId=key, **fields)


@behaviour("a disabled key still takes tags, descriptions and aliases", KEY_STATES)
def _(kms: Target) -> None:
    key = key_in(kms, "Disabled", SYMMETRIC, ENCRYPT)["arn"]
    kms.admin("TagResource", KeyId=key, Tags=tags(one="1"))
    kms.admin("UntagResource", KeyId=key, TagKeys=["one"])
    kms.admin("UpdateKeyDescription", KeyId=key, Description="still here")
    kms.admin("DeleteAlias", AliasName=kms.alias(key))


@behaviour("a disabled key takes no grants: DisabledException", KEY_STATES)
def _(kms: Target) -> None:
    key = key_in(kms, "Disabled", SYMMETRIC, ENCRYPT)["arn"]
    fields = _GRANT | {"GranteePrincipal": kms.admin.arn}
    kms.admin.refused(
        "DisabledException", "CreateGrant", f"{key} is disabled.", KeyId=key, **fields
    )


@behaviour("a disabled key's rotation cannot be set: DisabledException", KEY_STATES)
def _(kms: Target) -> None:
    key = key_in(kms, "Disabled", SYMMETRIC, ENCRYPT)["arn"]
    for operation in ("EnableKeyRotation", "DisableKeyRotation"):
        kms.admin.refused("DisabledException", operation, f"{key} is disabled.", KeyId=key)


@behaviour("RotateKeyOnDemand of a disabled key: DisabledException", KEY_STATES)
def _(kms: Target) -> None:
    key = key_in(kms, "Disabled", SYMMETRIC, ENCRYPT)["arn"]
    kms.admin.refused("DisabledException", "RotateKeyOnDemand", KeyId=key)


@behaviour("a disabled key as ReEncrypt's destination: DisabledException", KEY_STATES)
def _(kms: Target) -> None:
    key = key_in(kms, "Disabled", SYMMETRIC, ENCRYPT)["arn"]
    blob = kms.admin("Encrypt", KeyId=kms.key(), Plaintext=b"x")["CiphertextBlob"]
    fields = {"CiphertextBlob": blob, "DestinationKeyId": key}
    kms.admin.refused("DisabledException", "ReEncrypt", f"{key} is disabled.", **fields)


@behaviour("a key pending deletion is still described, listed and given policies", KEY_STATES)
def _(kms: Target) -> None:
    key = key_in(kms, "PendingDeletion", SYMMETRIC, ENCRYPT)["arn"]
    for operation, fields in managing(kms):
        kms.admin(operation, KeyId=key, **fields)


def pending(operation: str, **fields: Any) -> None:
    """Declare that a key pending deletion refuses this management operation."""

    def check(kms: Target) -> None:
        key = key_in(kms, "PendingDeletion", SYMMETRIC, ENCRYPT)["arn"]
        says = f"{key} is pending deletion."
        name = "TargetKeyId" if operation == "CreateAlias" else "KeyId"
        more = {"GranteePrincipal": kms.admin.arn} if operation == "CreateGrant" else {}
        more |= {"AliasName": f"alias/{kms.name()}"} if operation == "CreateAlias" else {}
        every = {name: key} | fields | more
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
    key = kms.fresh()["Arn"]
    alias = kms.alias(key)
    kms.admin("ScheduleKeyDeletion", KeyId=key, PendingWindowInDays=7)
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
    key = kms.external()
    for operation in ("EnableKey", "DisableKey"):
        says = f"{key} is pending import."
        kms.admin.refused("KMSInvalidStateException", operation, says, KeyId=key)


@behaviour("a key pending import takes no grants: KMSInvalidStateException", KEY_STATES)
def _(kms: Target) -> None:
    fields = _GRANT | {"GranteePrincipal": kms.admin.arn, "KeyId": kms.external()}
    kms.admin.refused("KMSInvalidStateException", "CreateGrant", **fields)


@behaviour("a key pending import takes aliases, tags and a deletion date", KEY_STATES)
def _(kms: Target) -> None:
    key = kms.fresh(Origin="EXTERNAL")["Arn"]
    kms.alias(key)
    kms.admin("TagResource", KeyId=key, Tags=tags(one="1"))
    kms.admin("ScheduleKeyDeletion", KeyId=key, PendingWindowInDays=7)
