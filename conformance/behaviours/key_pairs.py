"""Data key pairs: made by KMS, the private half wrapped under a symmetric key."""

from typing import Any

from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_der_private_key,
)

from conformance.behaviour import behaviour
from conformance.expect import equal, holds
from conformance.sources import MODEL, api, recorded
from conformance.target import ENCRYPT, Target


def pair(kms: Target, spec: str = "ECC_NIST_P256", **fields: Any) -> dict[str, Any]:
    return kms.admin("GenerateDataKeyPair", KeyId=kms.key(), KeyPairSpec=spec, **fields)


def halves_belong_together(made: dict[str, Any]) -> None:
    private = load_der_private_key(made["PrivateKeyPlaintext"], None)
    public = private.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    holds(public == made["PublicKey"], "the public key is not that of the private one")


@behaviour("an RSA pair is two DER keys that belong together", api("GenerateDataKeyPair"))
def _(kms: Target) -> None:
    made = pair(kms, "RSA_2048")
    halves_belong_together(made)
    equal("RSA_2048", made["KeyPairSpec"], "KeyPairSpec")


@behaviour("ECC pairs of the NIST curves and of Bitcoin's likewise", api("GenerateDataKeyPair"))
def _(kms: Target) -> None:
    for spec in ("ECC_NIST_P256", "ECC_NIST_P384", "ECC_NIST_P521", "ECC_SECG_P256K1"):
        halves_belong_together(pair(kms, spec))


@behaviour("Decrypt gives the private half back", api("GenerateDataKeyPair"))
def _(kms: Target) -> None:
    made = pair(kms)
    opened = kms.admin("Decrypt", CiphertextBlob=made["PrivateKeyCiphertextBlob"])
    equal(made["PrivateKeyPlaintext"], opened["Plaintext"], "Plaintext")
    equal(kms.key(), made["KeyId"], "KeyId")


@behaviour(
    "a private half comes back only in its encryption context",
    recorded("test_encryption_context_generate_data_key_pair"),
)
def _(kms: Target) -> None:
    made = pair(kms, EncryptionContext={"tenant": "acme"})
    blob = made["PrivateKeyCiphertextBlob"]
    kms.admin.refused("InvalidCiphertextException", "Decrypt", "", CiphertextBlob=blob)


@behaviour(
    "GenerateDataKeyPairWithoutPlaintext keeps the private half wrapped",
    recorded("test_generate_data_key_pair_without_plaintext"),
)
def _(kms: Target) -> None:
    fields = {"KeyId": kms.key(), "KeyPairSpec": "ECC_NIST_P256"}
    made = kms.admin("GenerateDataKeyPairWithoutPlaintext", **fields)
    holds("PrivateKeyPlaintext" not in made, "it answers PrivateKeyPlaintext")
    opened = kms.admin("Decrypt", CiphertextBlob=made["PrivateKeyCiphertextBlob"])
    halves_belong_together(made | {"PrivateKeyPlaintext": opened["Plaintext"]})


@behaviour("an RSA key wraps no pairs: InvalidKeyUsageException", api("GenerateDataKeyPair"))
def _(kms: Target) -> None:
    fields = {"KeyId": kms.key("RSA_2048", ENCRYPT), "KeyPairSpec": "ECC_NIST_P256"}
    kms.admin.refused("InvalidKeyUsageException", "GenerateDataKeyPair", **fields)


@behaviour("an unknown KeyPairSpec, or none: ValidationException", MODEL)
def _(kms: Target) -> None:
    for fields in ({"KeyPairSpec": "RSA_1024"}, {}):
        kms.admin.refused("ValidationException", "GenerateDataKeyPair", KeyId=kms.key(), **fields)
