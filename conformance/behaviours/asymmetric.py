"""Asymmetric keys: public halves, RSA encryption and shared secrets."""

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
from conformance.sources import api, recorded
from conformance.target import AGREE, ENCRYPT, SIGN, Target

_OAEP = "RSAES_OAEP_SHA_256"
_DER = (Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
_MESSAGE = b"test message !%$@ 1234567890"


def public(kms: Target, key: str) -> Any:
    return load_der_public_key(kms.admin("GetPublicKey", KeyId=key)["PublicKey"])


@behaviour("GetPublicKey answers DER, with spec, usage and algorithms", api("GetPublicKey"))
def _(kms: Target) -> None:
    key = kms.key("RSA_2048", ENCRYPT)
    told = kms.admin("GetPublicKey", KeyId=key)
    equal((key, "RSA_2048", ENCRYPT), (told["KeyId"], told["KeySpec"], told["KeyUsage"]), "it")
    equal(["RSAES_OAEP_SHA_1", _OAEP], sorted(told["EncryptionAlgorithms"]), "its algorithms")
    holds("SigningAlgorithms" not in told, "it tells SigningAlgorithms")
    equal(2048, public(kms, key).key_size, "its size")


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
