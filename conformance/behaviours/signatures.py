"""Signatures, made and verified inside and outside."""

from hashlib import sha256
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

from conformance.behaviour import behaviour
from conformance.behaviours.asymmetric import public
from conformance.expect import equal
from conformance.sources import CONSTRAINT, api, recorded
from conformance.target import ENCRYPT, MAC, SIGN, Target

_MESSAGE = b"test message !%$@ 1234567890"


def signed(kms: Target, key: str, algorithm: str, message: bytes = _MESSAGE) -> dict[str, Any]:
    fields: dict[str, Any] = {"KeyId": key, "SigningAlgorithm": algorithm, "Message": message}
    return kms.admin("Sign", **fields)


def verified(kms: Target, key: str, algorithm: str) -> None:
    """The key verifies what it signed, whole messages and digests."""
    digest = sha256(_MESSAGE).digest()
    for kind, message in (("RAW", _MESSAGE), ("DIGEST", digest)):
        fields: dict[str, Any] = {"KeyId": key, "SigningAlgorithm": algorithm}
        fields |= {"Message": message, "MessageType": kind}
        signature = kms.admin("Sign", **fields)["Signature"]
        told = kms.admin("Verify", Signature=signature, **fields)
        equal(True, told["SignatureValid"], f"SignatureValid of a {kind}")


@behaviour("RSA PSS signatures verify, of messages and of digests", recorded("test_sign_verify"))
def _(kms: Target) -> None:
    verified(kms, kms.key("RSA_2048", SIGN), "RSASSA_PSS_SHA_256")


@behaviour("RSA PKCS #1 v1.5 signatures verify likewise", recorded("test_sign_verify"))
def _(kms: Target) -> None:
    verified(kms, kms.key("RSA_2048", SIGN), "RSASSA_PKCS1_V1_5_SHA_256")


@behaviour("ECDSA signatures verify likewise", recorded("test_sign_verify"))
def _(kms: Target) -> None:
    verified(kms, kms.key("ECC_NIST_P256", SIGN), "ECDSA_SHA_256")


@behaviour("a signature verifies outside KMS with the public half", api("GetPublicKey"))
def _(kms: Target) -> None:
    key = kms.key("ECC_NIST_P256", SIGN)
    signature = signed(kms, key, "ECDSA_SHA_256")["Signature"]
    public(kms, key).verify(signature, _MESSAGE, ec.ECDSA(hashes.SHA256()))


@behaviour("Sign answers the key's ARN and the algorithm", api("Sign"))
def _(kms: Target) -> None:
    key = kms.key("ECC_NIST_P256", SIGN)
    told = signed(kms, key, "ECDSA_SHA_256")
    equal((key, "ECDSA_SHA_256"), (told["KeyId"], told["SigningAlgorithm"]), "it")


@behaviour(
    "a signature of another message: KMSInvalidSignatureException, no message",
    recorded("test_sign_verify"),
)
def _(kms: Target) -> None:
    key = kms.key("ECC_NIST_P256", SIGN)
    signature = signed(kms, key, "ECDSA_SHA_256", b"bad")["Signature"]
    fields: dict[str, Any] = {"KeyId": key, "SigningAlgorithm": "ECDSA_SHA_256"}
    fields["Message"] = _MESSAGE
    kms.admin.refused("KMSInvalidSignatureException", "Verify", "", Signature=signature, **fields)


@behaviour(
    "a digest of the wrong length: ValidationException, naming the algorithm",
    recorded("test_sign_verify"),
)
def _(kms: Target) -> None:
    fields: dict[str, Any] = {"KeyId": kms.key("ECC_NIST_P256", SIGN)}
    fields["SigningAlgorithm"] = "ECDSA_SHA_256"
    says = "Digest is invalid length for algorithm ECDSA_SHA_256."
    fields |= {"Message": _MESSAGE, "MessageType": "DIGEST"}
    kms.admin.refused("ValidationException", "Sign", says, **fields)


@behaviour("an algorithm that the key does not have: InvalidKeyUsageException", api("Sign"))
def _(kms: Target) -> None:
    fields = {"KeyId": kms.key("ECC_NIST_P256", SIGN), "Message": _MESSAGE}
    for algorithm in ("ECDSA_SHA_384", "RSASSA_PSS_SHA_256"):
        kms.admin.refused("InvalidKeyUsageException", "Sign", SigningAlgorithm=algorithm, **fields)


@behaviour(
    "a key that does not sign: InvalidKeyUsageException, for Sign and Verify",
    recorded("test_error_messaging_for_invalid_keys"),
)
def _(kms: Target) -> None:
    mac, key = kms.key("HMAC_256", MAC), kms.key()
    fields = {"SigningAlgorithm": "ECDSA_SHA_256", "Message": _MESSAGE}
    says = f"{mac} key usage is {MAC} which is not valid for Sign."
    kms.admin.refused("InvalidKeyUsageException", "Sign", says, KeyId=mac, **fields)
    says = f"{key} key usage is {ENCRYPT} which is not valid for Verify."
    fields["Signature"] = b"random text"
    kms.admin.refused("InvalidKeyUsageException", "Verify", says, KeyId=key, **fields)


@behaviour("a message of 4,097 bytes to sign: ValidationException", CONSTRAINT)
def _(kms: Target) -> None:
    says = (
        "1 validation error detected: Value at 'message' failed to satisfy constraint: "
        "Member must have length less than or equal to 4096"
    )
    fields = {"KeyId": kms.key("ECC_NIST_P256", SIGN), "SigningAlgorithm": "ECDSA_SHA_256"}
    kms.admin.refused("ValidationException", "Sign", says, Message=b"x" * 4097, **fields)
