"""What kinds of key there are, and what their metadata says they can do."""

from conformance.behaviour import behaviour
from conformance.behaviours.lifecycle import described
from conformance.expect import equal, holds
from conformance.sources import api, guide, recorded
from conformance.target import AGREE, ENCRYPT, MAC, SIGN, Target

_RSA = [f"RSASSA_{kind}_SHA_{bits}" for kind in ("PKCS1_V1_5", "PSS") for bits in (256, 384, 512)]


def of_kind(kms: Target, spec: str, usage: str, member: str, *names: str) -> None:
    key = described(kms, kms.key(spec, usage))
    equal((spec, usage), (key["KeySpec"], key["KeyUsage"]), "spec and usage")
    equal(sorted(names), sorted(key.get(member, [])), member)


@behaviour("an RSA key for encryption tells its two OAEP algorithms", guide("symm-asymm-choose"))
def _(kms: Target) -> None:
    names = ("RSAES_OAEP_SHA_1", "RSAES_OAEP_SHA_256")
    of_kind(kms, "RSA_2048", ENCRYPT, "EncryptionAlgorithms", *names)


@behaviour("an RSA key for signing tells its six algorithms", guide("symm-asymm-choose"))
def _(kms: Target) -> None:
    of_kind(kms, "RSA_2048", SIGN, "SigningAlgorithms", *_RSA)


@behaviour("an ECC key for signing tells the one algorithm of its curve", api("KeyMetadata"))
def _(kms: Target) -> None:
    of_kind(kms, "ECC_NIST_P256", SIGN, "SigningAlgorithms", "ECDSA_SHA_256")
    of_kind(kms, "ECC_NIST_P384", SIGN, "SigningAlgorithms", "ECDSA_SHA_384")
    of_kind(kms, "ECC_SECG_P256K1", SIGN, "SigningAlgorithms", "ECDSA_SHA_256")


@behaviour(
    "an HMAC key tells its one algorithm, and none for encryption", recorded("test_hmac_create_key")
)
def _(kms: Target) -> None:
    of_kind(kms, "HMAC_256", MAC, "MacAlgorithms", "HMAC_SHA_256")
    key = described(kms, kms.key("HMAC_256", MAC))
    holds("EncryptionAlgorithms" not in key, "it has EncryptionAlgorithms")


@behaviour("a key for key agreement tells ECDH", api("KeyMetadata"))
def _(kms: Target) -> None:
    of_kind(kms, "ECC_NIST_P256", AGREE, "KeyAgreementAlgorithms", "ECDH")


@behaviour(
    "every kind but the symmetric needs its KeyUsage said",
    recorded("test_hmac_create_key_invalid_operations"),
)
def _(kms: Target) -> None:
    says = (
        "You must specify a KeyUsage value for all KMS keys except for symmetric encryption keys."
    )
    for spec in ("HMAC_256", "RSA_2048", "ECC_NIST_P256"):
        kms.admin.refused("ValidationException", "CreateKey", says, KeySpec=spec)


@behaviour("a KeyUsage that the KeySpec cannot have is refused", api("CreateKey"))
def _(kms: Target) -> None:
    for spec, usage in (("HMAC_256", ENCRYPT), ("ECC_NIST_P256", ENCRYPT), ("RSA_2048", MAC)):
        kms.admin.refused("ValidationException", "CreateKey", KeySpec=spec, KeyUsage=usage)


@behaviour(
    "an unknown KeySpec is refused with the enum it is none of",
    recorded("test_hmac_create_key_invalid_operations"),
)
def _(kms: Target) -> None:
    says = (
        "1 validation error detected: Value 'HMAC_random' at 'keySpec' failed to satisfy "
        "constraint: Member must satisfy enum value set: […"
    )
    kms.admin.refused("ValidationException", "CreateKey", says, KeySpec="HMAC_random")


@behaviour(
    "an unknown KeyUsage is refused with the enum it is none of",
    recorded("test_hmac_create_key_invalid_operations"),
)
def _(kms: Target) -> None:
    says = (
        "1 validation error detected: Value 'RANDOM' at 'keyUsage' failed to satisfy "
        "constraint: Member must satisfy enum value set: […"
    )
    fields = {"KeySpec": "HMAC_256", "KeyUsage": "RANDOM"}
    kms.admin.refused("ValidationException", "CreateKey", says, **fields)


@behaviour("the deprecated CustomerMasterKeySpec still chooses the kind", api("CreateKey"))
def _(kms: Target) -> None:
    key = kms.fresh(CustomerMasterKeySpec="ECC_NIST_P256", KeyUsage=SIGN)
    equal("ECC_NIST_P256", key.get("KeySpec"), "KeySpec")


@behaviour("a key with Origin AWS_CLOUDHSM needs a custom key store", api("CreateKey"))
def _(kms: Target) -> None:
    kms.admin.refuses("CreateKey", Origin="AWS_CLOUDHSM")
