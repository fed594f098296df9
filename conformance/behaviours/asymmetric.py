"""Asymmetric keys: public halves, RSA encryption, signatures and shared secrets."""

from hashlib import sha256
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_der_public_key,
)

from conformance.behaviour import behaviour
from conformance.expect import equal, holds
from conformance.sources import CONSTRAINT, api, recorded
from conformance.target import AGREE, ENCRYPT, MAC, SIGN, Target

_OAEP = "RSAES_OAEP_SHA_256"
_DER = (Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
_MESSAGE = b"test message !%$@ 1234567890"


def public(kms: Target, key: str) -> Any:
    return load_der_public_key(kms.admin("GetPublicKey", KeyId=key)["PublicKey"])


def signed(kms: Target, key: str, algorithm: str, message: bytes = _MESSAGE) -> dict[str, Any]:
    fields = {"KeyId": key, "SigningAlgorithm": algorithm, "Message": message}
    return kms.admin("Sign", **fields)


def verified(kms: Target, key: str, algorithm: str) -> None:
    """The key verifies what it signed, whole messages and digests."""
    digest = sha256(_MESSAGE).digest()
    for kind, message in (("RAW", _MESSAGE), ("DIGEST", digest)):
        fields = {"KeyId": key, "SigningAlgorithm": algorithm}
        fields |= {"Message": message, "MessageType": kind}
        signature = kms.admin("Sign", **fields)["Signature"]
        told = kms.admin("Verify", Signature=signature, **fields)
        equal(True, told["SignatureValid"], f"SignatureValid of a {kind}")


@behaviour("GetPublicKey answers DER, with spec, usage and algorithms", api("GetPublicKey"))
def _(kms: Target) -> None:
    key = kms.key("RSA_2048", ENCRYPT)
    told = kms.admin("GetPublicKey", KeyId=key)
    equal((key, "RSA_2048", ENCRYPT), (told["KeyId"], told["KeySpec"], told["KeyUsage"]), "it")
    equal(["RSAES_OAEP_SHA_1", _OAEP], sorted(told["EncryptionAlgorithms"]), "its algorithms")
    holds("SigningAlgorithms" not in told, "it tells SigningAlgorithms")
    equal(2048, load_der_public_key(told["PublicKey"]).key_size, "its size")


@behaviour("GetPublicKey of a symmetric key is refused", api("GetPublicKey"))
def _(kms: Target) -> None:
    codes = ("UnsupportedOperationException", "InvalidKeyUsageException")
    kms.admin.refused(codes, "GetPublicKey", KeyId=kms.key())


@behaviour("an RSA key decrypts what it encrypted, under both OAEP algorithms", api("Encrypt"))
def _(kms: Target) -> None:
    key = kms.key("RSA_2048", ENCRYPT)
    for algorithm in ("RSAES_OAEP_SHA_1", _OAEP):
        how = {"KeyId": key, "EncryptionAlgorithm": algorithm}
        blob = kms.admin("Encrypt", Plaintext=b"x", **how)["CiphertextBlob"]
        opened = kms.admin("Decrypt", CiphertextBlob=blob, **how)
        equal((b"x", algorithm), (opened["Plaintext"], opened["EncryptionAlgorithm"]), "it")


@behaviour("an RSA key decrypts what its public half encrypted elsewhere", api("GetPublicKey"))
def _(kms: Target) -> None:
    key = kms.key("RSA_2048", ENCRYPT)
    half = public(kms, key)
    holds(isinstance(half, rsa.RSAPublicKey), f"it is a {type(half).__name__}")
    oaep = padding.OAEP(padding.MGF1(hashes.SHA256()), hashes.SHA256(), None)
    blob = half.encrypt(b"outside", oaep)
    how = {"KeyId": key, "EncryptionAlgorithm": _OAEP}
    equal(b"outside", kms.admin("Decrypt", CiphertextBlob=blob, **how)["Plaintext"], "it")


@behaviour("an RSA key needs its algorithm said: InvalidKeyUsageException", api("Encrypt"))
def _(kms: Target) -> None:
    fields = {"KeyId": kms.key("RSA_2048", ENCRYPT), "Plaintext": b"x"}
    kms.admin.refused("InvalidKeyUsageException", "Encrypt", **fields)


@behaviour(
    "RSA_2048 encrypts 190 bytes under OAEP with SHA-256, no more",
    recorded("test_encrypt_validate_plaintext_size_per_key_type"),
)
def _(kms: Target) -> None:
    how = {"KeyId": kms.key("RSA_2048", ENCRYPT), "EncryptionAlgorithm": _OAEP}
    kms.admin("Encrypt", Plaintext=b"x" * 190, **how)
    says = f"Algorithm {_OAEP} and key spec RSA_2048 cannot encrypt data larger than 190 bytes."
    kms.admin.refused("ValidationException", "Encrypt", says, Plaintext=b"x" * 191, **how)


@behaviour("an altered RSA ciphertext: InvalidCiphertextException", api("Decrypt"))
def _(kms: Target) -> None:
    how = {"KeyId": kms.key("RSA_2048", ENCRYPT), "EncryptionAlgorithm": _OAEP}
    blob = kms.admin("Encrypt", Plaintext=b"x", **how)["CiphertextBlob"]
    altered = blob[:-1] + bytes([blob[-1] ^ 1])
    kms.admin.refused("InvalidCiphertextException", "Decrypt", CiphertextBlob=altered, **how)


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
    fields = {"KeyId": key, "SigningAlgorithm": "ECDSA_SHA_256", "Message": _MESSAGE}
    kms.admin.refused("KMSInvalidSignatureException", "Verify", "", Signature=signature, **fields)


@behaviour(
    "a digest of the wrong length: ValidationException, naming the algorithm",
    recorded("test_sign_verify"),
)
def _(kms: Target) -> None:
    fields = {"KeyId": kms.key("ECC_NIST_P256", SIGN), "SigningAlgorithm": "ECDSA_SHA_256"}
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


@behaviour("two parties derive the same shared secret", api("DeriveSharedSecret"))
def _(kms: Target) -> None:
    key = kms.key("ECC_NIST_P256", AGREE)
    peer = ec.generate_private_key(ec.SECP256R1())
    told = kms.admin(
        "DeriveSharedSecret",
        KeyId=key,
        KeyAgreementAlgorithm="ECDH",
        PublicKey=peer.public_key().public_bytes(*_DER),
    )
    equal(peer.exchange(ec.ECDH(), public(kms, key)), told["SharedSecret"], "the secret")
    equal((key, "AWS_KMS"), (told["KeyId"], told.get("KeyOrigin")), "KeyId and KeyOrigin")


@behaviour("a signing key derives no secrets: InvalidKeyUsageException", api("DeriveSharedSecret"))
def _(kms: Target) -> None:
    peer = ec.generate_private_key(ec.SECP256R1()).public_key()
    fields = {"KeyAgreementAlgorithm": "ECDH", "PublicKey": peer.public_bytes(*_DER)}
    key = kms.key("ECC_NIST_P256", SIGN)
    kms.admin.refused("InvalidKeyUsageException", "DeriveSharedSecret", KeyId=key, **fields)
