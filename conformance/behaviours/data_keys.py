"""Data keys: how long they are, who may make them, and when they come back."""

from typing import Any

from conformance.behaviour import behaviour
from conformance.behaviours.lifecycle import described
from conformance.expect import equal, holds
from conformance.sources import CONSTRAINT, api, guide, recorded, thread
from conformance.target import ENCRYPT, MAC, SIGN, Target

_CONTEXT = {"recording": "rec-1", "tenant": "acme"}
_ENCRYPTION_CONTEXT = guide("encrypt_context")


def made(kms: Target, **fields: Any) -> dict[str, Any]:
    usual = {} if "NumberOfBytes" in fields else {"KeySpec": "AES_256"}
    return kms.admin("GenerateDataKey", **({"KeyId": kms.key()} | usual | fields))


@behaviour("AES_256 is 32 bytes, AES_128 is 16", api("GenerateDataKey"))
def _(kms: Target) -> None:
    for spec, size in (("AES_256", 32), ("AES_128", 16)):
        equal(size, len(made(kms, KeySpec=spec)["Plaintext"]), f"the length of {spec}")


@behaviour("NumberOfBytes is the exact length, from 1 to 1,024", api("GenerateDataKey"))
def _(kms: Target) -> None:
    for size in (1, 33, 1024):
        equal(size, len(made(kms, NumberOfBytes=size)["Plaintext"]), f"the length for {size}")


@behaviour("NumberOfBytes of 0 or 1,025: ValidationException, telling the bound", CONSTRAINT)
def _(kms: Target) -> None:
    for size, bound in ((0, "greater than or equal to 1"), (1025, "less than or equal to 1024")):
        says = (
            f"1 validation error detected: Value '{size}' at 'numberOfBytes' failed to satisfy "
            f"constraint: Member must have value {bound}"
        )
        fields = {"KeyId": kms.key(), "NumberOfBytes": size}
        kms.admin.refused("ValidationException", "GenerateDataKey", says, **fields)


@behaviour(
    "neither KeySpec nor NumberOfBytes, or both: ValidationException", api("GenerateDataKey")
)
def _(kms: Target) -> None:
    for fields in ({}, {"KeySpec": "AES_256", "NumberOfBytes": 32}):
        kms.admin.refused("ValidationException", "GenerateDataKey", KeyId=kms.key(), **fields)


@behaviour("an unknown KeySpec for a data key: ValidationException", CONSTRAINT)
def _(kms: Target) -> None:
    says = (
        "1 validation error detected: Value 'AES_512' at 'keySpec' failed to satisfy "
        "constraint: Member must satisfy enum value set: […"
    )
    fields = {"KeyId": kms.key(), "KeySpec": "AES_512"}
    kms.admin.refused("ValidationException", "GenerateDataKey", says, **fields)


@behaviour("each data key is another, and so is each blob", api("GenerateDataKey"))
def _(kms: Target) -> None:
    one, two = made(kms), made(kms)
    holds(one["Plaintext"] != two["Plaintext"], "two plaintexts are the same")
    holds(one["CiphertextBlob"] != two["CiphertextBlob"], "two blobs are the same")


@behaviour("Decrypt gives a data key back, and both name the key by ARN", api("GenerateDataKey"))
def _(kms: Target) -> None:
    key = made(kms)
    opened = kms.admin("Decrypt", CiphertextBlob=key["CiphertextBlob"])
    equal(key["Plaintext"], opened["Plaintext"], "Plaintext")
    equal([kms.key()] * 2, [key["KeyId"], opened["KeyId"]], "the KeyIds")


@behaviour("a data key tells the key material that wrapped it", api("GenerateDataKey"))
def _(kms: Target) -> None:
    wanted = described(kms, kms.key()).get("CurrentKeyMaterialId", "the key's")
    equal(wanted, made(kms).get("KeyMaterialId", "absent"), "KeyMaterialId")


@behaviour(
    "a data key comes back only in the encryption context that it was made in",
    recorded("test_encryption_context_generate_data_key"),
)
def _(kms: Target) -> None:
    key = made(kms, EncryptionContext=_CONTEXT)
    blob = {"CiphertextBlob": key["CiphertextBlob"]}
    opened = kms.admin("Decrypt", EncryptionContext=_CONTEXT, **blob)
    equal(key["Plaintext"], opened["Plaintext"], "Plaintext")
    kms.admin.refused("InvalidCiphertextException", "Decrypt", "", **blob)


@behaviour("the encryption context is compared exactly, case and all", _ENCRYPTION_CONTEXT)
def _(kms: Target) -> None:
    blob = {"CiphertextBlob": made(kms, EncryptionContext=_CONTEXT)["CiphertextBlob"]}
    for wrong in (
        {"recording": "rec-1", "tenant": "Acme"},
        {"Recording": "rec-1", "tenant": "acme"},
        {"recording": "rec-1"},
        _CONTEXT | {"more": ""},
    ):
        kms.admin.refused(
            "InvalidCiphertextException", "Decrypt", "", EncryptionContext=wrong, **blob
        )


@behaviour("the order of the encryption context's pairs is free", _ENCRYPTION_CONTEXT)
def _(kms: Target) -> None:
    key = made(kms, EncryptionContext=_CONTEXT)
    turned = dict(reversed(_CONTEXT.items()))
    opened = kms.admin("Decrypt", CiphertextBlob=key["CiphertextBlob"], EncryptionContext=turned)
    equal(key["Plaintext"], opened["Plaintext"], "Plaintext")


@behaviour(
    "GenerateDataKeyWithoutPlaintext answers a blob only, of a key of that length",
    recorded("test_generate_data_key_without_plaintext"),
)
def _(kms: Target) -> None:
    fields = {"KeyId": kms.key(), "NumberOfBytes": 24}
    told = kms.admin("GenerateDataKeyWithoutPlaintext", **fields)
    holds("Plaintext" not in told, "it answers a Plaintext")
    opened = kms.admin("Decrypt", CiphertextBlob=told["CiphertextBlob"])
    equal(24, len(opened["Plaintext"]), "the length")


@behaviour(
    "a signing or an HMAC key makes no data keys: InvalidKeyUsageException",
    f"{api('GenerateDataKey')}; wording as in {recorded('test_error_messaging_for_invalid_keys')}",
)
def _(kms: Target) -> None:
    for spec, usage in (("ECC_NIST_P256", SIGN), ("HMAC_256", MAC)):
        key = kms.key(spec, usage)
        says = f"{key} key usage is {usage} which is not valid for GenerateDataKey."
        fields = {"KeyId": key, "KeySpec": "AES_256"}
        kms.admin.refused("InvalidKeyUsageException", "GenerateDataKey", says, **fields)


@behaviour(
    "an RSA key makes no data keys, though it encrypts: InvalidKeyUsageException",
    api("GenerateDataKey"),
)
def _(kms: Target) -> None:
    fields = {"KeyId": kms.key("RSA_2048", ENCRYPT), "KeySpec": "AES_256"}
    kms.admin.refused("InvalidKeyUsageException", "GenerateDataKey", **fields)
    kms.admin.refused("InvalidKeyUsageException", "GenerateDataKeyWithoutPlaintext", **fields)


@behaviour(
    "a data key under an alias that is not there: NotFoundException",
    thread("sigstore/cosign", 1474),
)
def _(kms: Target) -> None:
    gone = f"alias/{kms.name()}"
    says = f"Alias {kms.arn(gone)} is not found."
    fields = {"KeyId": gone, "KeySpec": "AES_256"}
    kms.admin.refused("NotFoundException", "GenerateDataKey", says, **fields)
