"""Encrypt and Decrypt under symmetric keys."""

from conformance.behaviour import behaviour
from conformance.expect import equal, holds
from conformance.sources import CONSTRAINT, MODEL, api, guide, recorded
from conformance.target import MAC, SIGN, Target


def sealed(kms: Target, plaintext: bytes = b"Test & Save") -> bytes:
    blob: bytes = kms.admin("Encrypt", KeyId=kms.key(), Plaintext=plaintext)["CiphertextBlob"]
    return blob


@behaviour("1 to 4,096 bytes are encrypted and decrypted", api("Encrypt"))
def _(kms: Target) -> None:
    for size in (1, 4096):
        opened = kms.admin("Decrypt", CiphertextBlob=sealed(kms, b"x" * size))
        equal(b"x" * size, opened["Plaintext"], f"the plaintext of {size} bytes")


@behaviour(
    "4,097 bytes: ValidationException, without the plaintext in the message",
    recorded("test_plaintext_size_for_encrypt"),
)
def _(kms: Target) -> None:
    says = (
        "1 validation error detected: Value at 'plaintext' failed to satisfy constraint: "
        "Member must have length less than or equal to 4096"
    )
    fields = {"KeyId": kms.key(), "Plaintext": b"x" * 4097}
    kms.admin.refused("ValidationException", "Encrypt", says, **fields)


@behaviour("no bytes at all: ValidationException", CONSTRAINT)
def _(kms: Target) -> None:
    says = (
        "1 validation error detected: Value at 'plaintext' failed to satisfy constraint: "
        "Member must have length greater than or equal to 1"
    )
    kms.admin.refused("ValidationException", "Encrypt", says, KeyId=kms.key(), Plaintext=b"")


@behaviour(
    "both answers name the key by ARN, and SYMMETRIC_DEFAULT",
    recorded("test_encrypt_decrypt_encryption_context"),
)
def _(kms: Target) -> None:
    told = kms.admin("Encrypt", KeyId=kms.key(), Plaintext=b"x")
    opened = kms.admin("Decrypt", CiphertextBlob=told["CiphertextBlob"])
    for one in (told, opened):
        equal(kms.key(), one["KeyId"], "KeyId")
        equal("SYMMETRIC_DEFAULT", one.get("EncryptionAlgorithm"), "EncryptionAlgorithm")


@behaviour("the same plaintext encrypted twice is two blobs", guide("kms-cryptography"))
def _(kms: Target) -> None:
    holds(sealed(kms) != sealed(kms), "they are the same")


@behaviour("Decrypt finds the key by the blob, or takes it by any of its names", api("Decrypt"))
def _(kms: Target) -> None:
    blob, key = sealed(kms), kms.key()
    equal(key, kms.admin("Decrypt", CiphertextBlob=blob)["KeyId"], "KeyId")
    for name in (key, key.rsplit("/", 1)[1], kms.alias(key)):
        opened = kms.admin("Decrypt", CiphertextBlob=blob, KeyId=name)
        equal(b"Test & Save", opened["Plaintext"], name)


@behaviour("Decrypt with a key that did not make the blob: IncorrectKeyException", api("Decrypt"))
def _(kms: Target) -> None:
    other = kms.once("another", kms.fresh)["Arn"]
    says = "The key ID in the request does not identify a CMK that can perform this operation."
    fields = {"CiphertextBlob": sealed(kms), "KeyId": other}
    kms.admin.refused("IncorrectKeyException", "Decrypt", says, **fields)


@behaviour(
    "Decrypt with an HMAC key: IncorrectKeyException too",
    recorded("test_error_messaging_for_invalid_keys"),
)
def _(kms: Target) -> None:
    says = "The key ID in the request does not identify a CMK that can perform this operation."
    fields = {"CiphertextBlob": sealed(kms), "KeyId": kms.key("HMAC_256", MAC)}
    kms.admin.refused("IncorrectKeyException", "Decrypt", says, **fields)


@behaviour("a blob with its last byte altered: InvalidCiphertextException", api("Decrypt"))
def _(kms: Target) -> None:
    blob = sealed(kms)
    altered = blob[:-1] + bytes([blob[-1] ^ 1])
    kms.admin.refused("InvalidCiphertextException", "Decrypt", CiphertextBlob=altered)


@behaviour("a blob cut short: InvalidCiphertextException", api("Decrypt"))
def _(kms: Target) -> None:
    kms.admin.refused("InvalidCiphertextException", "Decrypt", CiphertextBlob=sealed(kms)[:-7])


@behaviour("bytes that never were a blob: InvalidCiphertextException", api("Decrypt"))
def _(kms: Target) -> None:
    for bytes_ in (b"x", b"no blob, but long enough to be one" * 4):
        kms.admin.refused("InvalidCiphertextException", "Decrypt", CiphertextBlob=bytes_)


@behaviour("a blob of no bytes, or of 6,145: ValidationException", MODEL)
def _(kms: Target) -> None:
    for blob in (b"", b"x" * 6145):
        kms.admin.refused("ValidationException", "Decrypt", CiphertextBlob=blob)


@behaviour(
    "Encrypt with a signing key: InvalidKeyUsageException",
    recorded("test_error_messaging_for_invalid_keys"),
)
def _(kms: Target) -> None:
    key = kms.key("ECC_NIST_P256", SIGN)
    says = f"{key} key usage is SIGN_VERIFY which is not valid for Encrypt."
    kms.admin.refused("InvalidKeyUsageException", "Encrypt", says, KeyId=key, Plaintext=b"x")


@behaviour("an RSA algorithm with a symmetric key: InvalidKeyUsageException", api("Encrypt"))
def _(kms: Target) -> None:
    fields = {"KeyId": kms.key(), "Plaintext": b"x", "EncryptionAlgorithm": "RSAES_OAEP_SHA_256"}
    kms.admin.refused("InvalidKeyUsageException", "Encrypt", **fields)


@behaviour("an empty encryption context is the same as none", guide("encrypt_context"))
def _(kms: Target) -> None:
    blob = kms.admin("Encrypt", KeyId=kms.key(), Plaintext=b"x", EncryptionContext={})
    equal(b"x", kms.admin("Decrypt", CiphertextBlob=blob["CiphertextBlob"])["Plaintext"], "it")


@behaviour("an encryption context in any script comes back", guide("encrypt_context"))
def _(kms: Target) -> None:
    context = {"Anruf": "Grüße", "通話": "録音 ✓"}
    fields = {"KeyId": kms.key(), "Plaintext": b"x", "EncryptionContext": context}
    blob = kms.admin("Encrypt", **fields)["CiphertextBlob"]
    opened = kms.admin("Decrypt", CiphertextBlob=blob, EncryptionContext=context)
    equal(b"x", opened["Plaintext"], "Plaintext")
