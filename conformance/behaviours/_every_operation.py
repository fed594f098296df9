"""Each operation asked once, so that its answer can be judged."""

from collections.abc import Callable
from typing import Any, Final

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from conformance.behaviours.encrypt_decrypt import sealed
from conformance.behaviours.external_key_stores import connect, spare
from conformance.behaviours.imported_material import imported, parameters
from conformance.behaviours.multi_region import replicated
from conformance.behaviours.re_encrypt import ends
from conformance.behaviours.rotation_on_demand import rotated
from conformance.policies import owned
from conformance.target import AGREE, MAC, OTHER_REGION, SIGN, Target

Ask = Callable[[Target], Any]
_SIGN: Final = {"SigningAlgorithm": "ECDSA_SHA_256", "Message": b"x"}
_MAC: Final = {"MacAlgorithm": "HMAC_SHA_256", "Message": b"x"}
_PAIR: Final = {"KeyPairSpec": "ECC_NIST_P256"}


def on(operation: str, **fields: Any) -> Ask:
    """Ask about the shared symmetric key."""
    return lambda kms: kms.admin(operation, KeyId=kms.key(), **fields)


def spent(operation: str, /, *before: tuple[str, dict[str, Any]], **fields: Any) -> Ask:
    """Ask about a new key, of which something may have been asked before."""

    def ask(kms: Target) -> None:
        key = kms.fresh()["KeyId"]
        for name, more in (*before, (operation, fields)):
            kms.admin(name, KeyId=key, **more)

    return ask


def _sign(kms: Target) -> dict[str, Any]:
    return kms.admin("Sign", KeyId=kms.key("ECC_NIST_P256", SIGN), **_SIGN)


def _mac(kms: Target) -> dict[str, Any]:
    return kms.admin("GenerateMac", KeyId=kms.key("HMAC_256", MAC), **_MAC)


def _verify(kms: Target) -> Any:
    key = kms.key("ECC_NIST_P256", SIGN)
    return kms.admin("Verify", KeyId=key, Signature=_sign(kms)["Signature"], **_SIGN)


def _derive(kms: Target) -> Any:
    peer = ec.generate_private_key(ec.SECP256R1()).public_key()
    public = peer.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    fields = {"KeyAgreementAlgorithm": "ECDH", "PublicKey": public}
    return kms.admin("DeriveSharedSecret", KeyId=kms.key("ECC_NIST_P256", AGREE), **fields)


def _for_grants(kms: Target) -> str:
    return str(kms.once("a key for grants", kms.fresh)["Arn"])


def _grant(kms: Target, **more: Any) -> dict[str, Any]:
    fields = {"GranteePrincipal": kms.platform.arn, "Operations": ["Decrypt"]}
    return kms.admin("CreateGrant", KeyId=_for_grants(kms), **fields, **more)


def _constrained(kms: Target) -> None:
    _grant(kms, Name="shape", Constraints={"EncryptionContextSubset": {"tenant": "acme"}})
    kms.admin("ListGrants", KeyId=_for_grants(kms))


def _alias(kms: Target) -> None:
    alias = kms.alias(kms.key())
    kms.admin("UpdateAlias", AliasName=alias, TargetKeyId=kms.key())
    kms.admin("DeleteAlias", AliasName=alias)


def _rotations(kms: Target) -> None:
    key, _ = rotated(kms)
    kms.admin("ListKeyRotations", KeyId=key, IncludeKeyMaterial="ALL_KEY_MATERIAL")


def _deleted(kms: Target) -> None:
    kms.admin("DeleteImportedKeyMaterial", KeyId=imported(kms, b"k" * 32))


def _primary(kms: Target) -> None:
    key, _ = replicated(kms)
    kms.admin("UpdatePrimaryRegion", KeyId=key["KeyId"], PrimaryRegion=OTHER_REGION)


def _retired(kms: Target) -> None:
    kms.admin("RetireGrant", KeyId=_for_grants(kms), GrantId=_grant(kms)["GrantId"])


def _revoked(kms: Target) -> None:
    kms.admin("RevokeGrant", KeyId=_for_grants(kms), GrantId=_grant(kms)["GrantId"])


def _store(kms: Target) -> None:
    with spare(kms) as store:
        connect(kms, store)
        named = {"CustomKeyStoreId": store}
        kms.admin("DisconnectCustomKeyStore", **named)
        kms.admin("UpdateCustomKeyStore", NewCustomKeyStoreName=kms.name(), **named)
        kms.admin("DeleteCustomKeyStore", **named)


_GOING: Final = ("ScheduleKeyDeletion", {"PendingWindowInDays": 7})
OPERATIONS: Final[dict[str, Ask]] = {
    "CancelKeyDeletion": spent("CancelKeyDeletion", _GOING),
    "ConnectCustomKeyStore": _store,
    "CreateAlias": _alias,
    "CreateCustomKeyStore": _store,
    "CreateGrant": _grant,
    "CreateKey": lambda kms: kms.fresh(),
    "Decrypt": lambda kms: kms.admin("Decrypt", CiphertextBlob=sealed(kms)),
    "DeleteAlias": _alias,
    "DeleteCustomKeyStore": _store,
    "DeleteImportedKeyMaterial": _deleted,
    "DeriveSharedSecret": _derive,
    "DescribeCustomKeyStores": lambda kms: kms.admin("DescribeCustomKeyStores"),
    "DescribeKey": on("DescribeKey"),
    "DisableKey": spent("DisableKey"),
    "DisableKeyRotation": spent("DisableKeyRotation"),
    "DisconnectCustomKeyStore": _store,
    "EnableKey": on("EnableKey"),
    "EnableKeyRotation": spent("EnableKeyRotation"),
    "Encrypt": on("Encrypt", Plaintext=b"x"),
    "GenerateDataKey": on("GenerateDataKey", KeySpec="AES_256"),
    "GenerateDataKeyPair": on("GenerateDataKeyPair", **_PAIR),
    "GenerateDataKeyPairWithoutPlaintext": on("GenerateDataKeyPairWithoutPlaintext", **_PAIR),
    "GenerateDataKeyWithoutPlaintext": on("GenerateDataKeyWithoutPlaintext", KeySpec="AES_256"),
    "GenerateMac": _mac,
    "GenerateRandom": lambda kms: kms.admin("GenerateRandom", NumberOfBytes=8),
    "GetKeyPolicy": on("GetKeyPolicy", PolicyName="default"),
    "GetKeyRotationStatus": spent("GetKeyRotationStatus", ("EnableKeyRotation", {})),
    "GetParametersForImport": lambda kms: parameters(kms, kms.external()),
    "GetPublicKey": lambda kms: kms.admin("GetPublicKey", KeyId=kms.key("ECC_NIST_P256", SIGN)),
    "ImportKeyMaterial": lambda kms: imported(kms, b"k" * 32),
    "ListAliases": on("ListAliases"),
    "ListGrants": _constrained,
    "ListKeyPolicies": on("ListKeyPolicies"),
    "ListKeyRotations": _rotations,
    "ListKeys": lambda kms: kms.admin("ListKeys"),
    "ListResourceTags": on("ListResourceTags"),
    "ListRetirableGrants": lambda kms: kms.admin(
        "ListRetirableGrants", RetiringPrincipal=kms.admin.arn
    ),
    "PutKeyPolicy": lambda kms: kms.admin(
        "PutKeyPolicy", KeyId=kms.key(), PolicyName="default", Policy=owned(kms)
    ),
    "ReEncrypt": lambda kms: kms.admin(
        "ReEncrypt", CiphertextBlob=sealed(kms), **ends(kms, kms.key())
    ),
    "ReplicateKey": replicated,
    "RetireGrant": _retired,
    "RevokeGrant": _revoked,
    "RotateKeyOnDemand": rotated,
    "ScheduleKeyDeletion": spent("ScheduleKeyDeletion", PendingWindowInDays=7),
    "Sign": _sign,
    "TagResource": spent("TagResource", Tags=[{"TagKey": "a", "TagValue": "1"}]),
    "UntagResource": spent("UntagResource", TagKeys=["a"]),
    "UpdateAlias": _alias,
    "UpdateCustomKeyStore": _store,
    "UpdateKeyDescription": spent("UpdateKeyDescription", Description="shape"),
    "UpdatePrimaryRegion": _primary,
    "Verify": _verify,
    "VerifyMac": lambda kms: kms.admin(
        "VerifyMac", KeyId=kms.key("HMAC_256", MAC), Mac=_mac(kms)["Mac"], **_MAC
    ),
}
