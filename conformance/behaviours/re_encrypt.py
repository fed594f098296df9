"""ReEncrypt: from one key, or one context, to another, without a plaintext outside."""

from typing import Any

from conformance.behaviour import behaviour
from conformance.behaviours.encrypt_decrypt import sealed
from conformance.expect import equal, holds
from conformance.sources import api
from conformance.target import ENCRYPT, SIGN, Target

_CONTEXT = {"tenant": "acme"}


def other(kms: Target) -> str:
    return str(kms.once("another", kms.fresh)["Arn"])


def ends(kms: Target, destination: str) -> dict[str, str]:
    return {"SourceKeyId": kms.key(), "DestinationKeyId": destination}


def moved(kms: Target, **fields: Any) -> dict[str, Any]:
    usual = {"CiphertextBlob": sealed(kms)} | ends(kms, other(kms))
    return kms.admin("ReEncrypt", **(usual | fields))


@behaviour("ReEncrypt moves a blob to another key", api("ReEncrypt"))
def _(kms: Target) -> None:
    told = moved(kms)
    opened = kms.admin("Decrypt", CiphertextBlob=told["CiphertextBlob"], KeyId=other(kms))
    equal(b"Test & Save", opened["Plaintext"], "Plaintext")


@behaviour("ReEncrypt finds the source key by the blob too", api("ReEncrypt"))
def _(kms: Target) -> None:
    told = kms.admin("ReEncrypt", CiphertextBlob=sealed(kms), DestinationKeyId=other(kms))
    equal(kms.key(), told["SourceKeyId"], "SourceKeyId")


@behaviour("ReEncrypt answers both keys by ARN, and both algorithms", api("ReEncrypt"))
def _(kms: Target) -> None:
    told = moved(kms)
    equal((kms.key(), other(kms)), (told["SourceKeyId"], told["KeyId"]), "the keys")
    for side in ("Source", "Destination"):
        equal("SYMMETRIC_DEFAULT", told.get(f"{side}EncryptionAlgorithm"), f"{side}'s algorithm")


@behaviour("ReEncrypt changes the encryption context", api("ReEncrypt"))
def _(kms: Target) -> None:
    told = moved(kms, DestinationEncryptionContext=_CONTEXT)
    blob = {"CiphertextBlob": told["CiphertextBlob"]}
    opened = kms.admin("Decrypt", EncryptionContext=_CONTEXT, **blob)
    equal(b"Test & Save", opened["Plaintext"], "Plaintext")
    kms.admin.refused("InvalidCiphertextException", "Decrypt", **blob)


@behaviour("a wrong SourceEncryptionContext: InvalidCiphertextException", api("ReEncrypt"))
def _(kms: Target) -> None:
    fields = {
        "CiphertextBlob": sealed(kms),
        "SourceKeyId": kms.key(),
        "DestinationKeyId": other(kms),
    }
    kms.admin.refused(
        "InvalidCiphertextException", "ReEncrypt", SourceEncryptionContext=_CONTEXT, **fields
    )


@behaviour("a SourceKeyId that did not make the blob: IncorrectKeyException", api("ReEncrypt"))
def _(kms: Target) -> None:
    fields = {"CiphertextBlob": sealed(kms), "SourceKeyId": other(kms)}
    kms.admin.refused("IncorrectKeyException", "ReEncrypt", DestinationKeyId=kms.key(), **fields)


@behaviour("a destination that signs: InvalidKeyUsageException", api("ReEncrypt"))
def _(kms: Target) -> None:
    fields = {
        "CiphertextBlob": sealed(kms),
        "SourceKeyId": kms.key(),
        "DestinationKeyId": kms.key("ECC_NIST_P256", SIGN),
    }
    kms.admin.refused("InvalidKeyUsageException", "ReEncrypt", **fields)


@behaviour("a destination that is not there: NotFoundException", api("ReEncrypt"))
def _(kms: Target) -> None:
    gone = "134f2428-cec1-4b25-a1ae-9048164dba47"
    fields = {"CiphertextBlob": sealed(kms)} | ends(kms, gone)
    kms.admin.refused("NotFoundException", "ReEncrypt", **fields)


@behaviour("ReEncrypt moves a blob to an RSA key and back", api("ReEncrypt"))
def _(kms: Target) -> None:
    rsa = kms.key("RSA_2048", ENCRYPT)
    there = moved(kms, DestinationKeyId=rsa, DestinationEncryptionAlgorithm="RSAES_OAEP_SHA_256")
    equal("RSAES_OAEP_SHA_256", there["DestinationEncryptionAlgorithm"], "the algorithm")
    back = kms.admin(
        "ReEncrypt",
        CiphertextBlob=there["CiphertextBlob"],
        SourceKeyId=rsa,
        SourceEncryptionAlgorithm="RSAES_OAEP_SHA_256",
        DestinationKeyId=kms.key(),
    )
    opened = kms.admin("Decrypt", CiphertextBlob=back["CiphertextBlob"])
    equal(b"Test & Save", opened["Plaintext"], "Plaintext")


@behaviour("ReEncrypt under the same key makes a new blob", api("ReEncrypt"))
def _(kms: Target) -> None:
    blob = sealed(kms)
    told = moved(kms, CiphertextBlob=blob, DestinationKeyId=kms.key())
    holds(told["CiphertextBlob"] != blob, "it is the same blob")
