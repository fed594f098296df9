"""HMAC keys."""

from typing import Any

from conformance.behaviour import behaviour
from conformance.expect import equal
from conformance.sources import CONSTRAINT, api, recorded
from conformance.target import ENCRYPT, MAC, Target

_MESSAGE = b"some important message"


def mac(kms: Target, **fields: Any) -> dict[str, Any]:
    usual: dict[str, Any] = {"KeyId": kms.key("HMAC_256", MAC), "MacAlgorithm": "HMAC_SHA_256"}
    return kms.admin("GenerateMac", **(usual | {"Message": _MESSAGE} | fields))


@behaviour("a MAC verifies with its key", recorded("test_generate_and_verify_mac"))
def _(kms: Target) -> None:
    made = mac(kms)
    key = kms.key("HMAC_256", MAC)
    fields: dict[str, Any] = {"KeyId": key, "MacAlgorithm": "HMAC_SHA_256", "Message": _MESSAGE}
    told = kms.admin("VerifyMac", Mac=made["Mac"], **fields)
    equal((True, key), (told["MacValid"], told["KeyId"]), "MacValid and KeyId")
    equal("HMAC_SHA_256", told.get("MacAlgorithm"), "MacAlgorithm")


@behaviour("a MAC is as long as its hash, for each of the four specs", api("GenerateMac"))
def _(kms: Target) -> None:
    for bits in (224, 256, 384, 512):
        key = kms.key(f"HMAC_{bits}", MAC)
        made = mac(kms, KeyId=key, MacAlgorithm=f"HMAC_SHA_{bits}")
        equal(bits // 8, len(made["Mac"]), f"the length for HMAC_{bits}")


@behaviour("the same message has the same MAC each time", api("GenerateMac"))
def _(kms: Target) -> None:
    equal(mac(kms)["Mac"], mac(kms)["Mac"], "the second")


@behaviour(
    "a MAC of another message: KMSInvalidMacException, no message",
    recorded("test_invalid_verify_mac"),
)
def _(kms: Target) -> None:
    fields: dict[str, Any] = {"KeyId": kms.key("HMAC_256", MAC), "MacAlgorithm": "HMAC_SHA_256"}
    fields |= {"Message": b"some different important message", "Mac": mac(kms)["Mac"]}
    kms.admin.refused("KMSInvalidMacException", "VerifyMac", "", **fields)


@behaviour(
    "the algorithm of another spec: InvalidKeyUsageException", recorded("test_invalid_generate_mac")
)
def _(kms: Target) -> None:
    says = "Algorithm HMAC_SHA_512 is incompatible with key spec HMAC_256."
    fields: dict[str, Any] = {"KeyId": kms.key("HMAC_256", MAC), "MacAlgorithm": "HMAC_SHA_512"}
    fields["Message"] = _MESSAGE
    kms.admin.refused("InvalidKeyUsageException", "GenerateMac", says, **fields)
    kms.admin.refused("InvalidKeyUsageException", "VerifyMac", says, Mac=b"x" * 64, **fields)


@behaviour(
    "an unknown MAC algorithm: ValidationException, with the enum",
    recorded("test_invalid_generate_mac"),
)
def _(kms: Target) -> None:
    says = (
        "1 validation error detected: Value 'INVALID' at 'macAlgorithm' failed to satisfy "
        "constraint: Member must satisfy enum value set: […"
    )
    fields = {"KeyId": kms.key("HMAC_256", MAC), "MacAlgorithm": "INVALID", "Message": _MESSAGE}
    kms.admin.refused("ValidationException", "GenerateMac", says, **fields)


@behaviour(
    "a symmetric encryption key makes no MACs: InvalidKeyUsageException",
    recorded("test_error_messaging_for_invalid_keys"),
)
def _(kms: Target) -> None:
    says = f"{kms.key()} key usage is {ENCRYPT} which is not valid for GenerateMac."
    fields = {"KeyId": kms.key(), "MacAlgorithm": "HMAC_SHA_224", "Message": _MESSAGE}
    kms.admin.refused("InvalidKeyUsageException", "GenerateMac", says, **fields)


@behaviour(
    "an HMAC key encrypts nothing: InvalidKeyUsageException",
    f"{api('Encrypt')}; wording as in {recorded('test_error_messaging_for_invalid_keys')}",
)
def _(kms: Target) -> None:
    key = kms.key("HMAC_256", MAC)
    says = f"{key} key usage is {MAC} which is not valid for Encrypt."
    kms.admin.refused("InvalidKeyUsageException", "Encrypt", says, KeyId=key, Plaintext=b"x")


@behaviour("a message of 4,097 bytes for a MAC: ValidationException", CONSTRAINT)
def _(kms: Target) -> None:
    says = (
        "1 validation error detected: Value at 'message' failed to satisfy constraint: "
        "Member must have length less than or equal to 4096"
    )
    fields = {"KeyId": kms.key("HMAC_256", MAC), "MacAlgorithm": "HMAC_SHA_256"}
    kms.admin.refused("ValidationException", "GenerateMac", says, Message=b"x" * 4097, **fields)


@behaviour(
    "GenerateMac with what is no key ID: NotFoundException",
    recorded("test_generate_and_verify_mac"),
)
def _(kms: Target) -> None:
    fields = {"KeyId": "key_id", "MacAlgorithm": "HMAC_SHA_256", "Message": _MESSAGE}
    kms.admin.refused("NotFoundException", "GenerateMac", "Invalid keyId 'key_id'", **fields)
