"""Imported material: really wrapped and unwrapped, its end, its deletion, and the next one."""

import base64
import os
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, mldsa, padding, rsa
from cryptography.hazmat.primitives.keywrap import aes_key_wrap_with_padding
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_der_public_key,
)

from harness.gateway.caller import Caller
from harness.gateway.front import Front
from tests.gateway.calls import ARN, call, caller, new_key, refused, unthrottled

DAY = 86_400.0
FOREVER: dict[str, Any] = {"ExpirationModel": "KEY_MATERIAL_DOES_NOT_EXPIRE"}
OAEP = "RSAES_OAEP_SHA_256"
SECRET = bytes(range(32))


def parameters(
    kms: Front,
    key: str,
    secret: bytes = SECRET,
    now: float = 0.0,
    by: Caller | None = None,
    algorithm: str = OAEP,
    spec: str = "RSA_2048",
) -> dict[str, Any]:
    """What ImportKeyMaterial needs to import `secret`."""
    asked: dict[str, Any] = {"KeyId": key, "WrappingAlgorithm": algorithm, "WrappingKeySpec": spec}
    got = call(kms, "GetParametersForImport", now, by, **asked)
    public = load_der_public_key(base64.b64decode(got["PublicKey"]))
    assert isinstance(public, rsa.RSAPublicKey)
    digest = hashes.SHA1() if algorithm.endswith("_1") else hashes.SHA256()  # noqa: S303
    scheme = padding.OAEP(padding.MGF1(digest), digest, None)
    wrapped = secret
    if algorithm.startswith("RSA_AES"):
        wrapping = os.urandom(32)
        rest = aes_key_wrap_with_padding(wrapping, secret)
        sealed = public.encrypt(wrapping, scheme) + rest
    else:
        sealed = public.encrypt(wrapped, scheme)
    return {
        "KeyId": key,
        "ImportToken": got["ImportToken"],
        "EncryptedKeyMaterial": base64.b64encode(sealed).decode(),
    }


def imported(
    kms: Front,
    key: str,
    secret: bytes = SECRET,
    now: float = 0.0,
    by: Caller | None = None,
    **more: Any,
) -> Any:
    asked: dict[str, Any] = parameters(kms, key, secret, now, by)
    model = {} if "ValidTo" in more else FOREVER
    return call(kms, "ImportKeyMaterial", now, by, **asked, **model, **more)


def described(kms: Front, key: str, now: float = 0.0) -> Any:
    return call(kms, "DescribeKey", now, KeyId=key)["KeyMetadata"]


def empty(kms: Front, **more: Any) -> str:
    return new_key(kms, Origin="EXTERNAL", **more)


def sealed(kms: Front, key: str, now: float = 0.0) -> str:
    blob: str = call(kms, "Encrypt", now, KeyId=key, Plaintext="eA==")["CiphertextBlob"]
    return blob


@pytest.mark.parametrize("algorithm", ["RSAES_OAEP_SHA_1", OAEP])
def test_material_is_unwrapped_and_used(algorithm: str) -> None:
    kms = unthrottled()
    key = empty(kms)
    assert (
        described(kms, key)["KeyState"],
        described(kms, key)["Enabled"],
    ) == ("PendingImport", False)
    asked: dict[str, Any] = parameters(kms, key, algorithm=algorithm)
    reply = call(kms, "ImportKeyMaterial", **asked, **FOREVER)
    said = described(kms, key)
    assert {"KeyId": f"{ARN}key/{key}", "KeyMaterialId": said["CurrentKeyMaterialId"]} == reply
    assert (
        said["KeyState"],
        said["ExpirationModel"],
    ) == ("Enabled", "KEY_MATERIAL_DOES_NOT_EXPIRE")
    assert call(kms, "Decrypt", CiphertextBlob=sealed(kms, key))["Plaintext"] == "eA=="


@pytest.mark.parametrize(
    ("kind", "algorithm", "spec"),
    [
        ({}, "RSA_AES_KEY_WRAP_SHA_256", "RSA_3072"),
        ({}, "RSAES_PKCS1_V1_5", "RSA_2048"),
        ({"KeySpec": "ECC_NIST_P521", "KeyUsage": "SIGN_VERIFY"}, OAEP, "RSA_2048"),
        (
            {"KeySpec": "HMAC_512", "KeyUsage": "GENERATE_VERIFY_MAC"},
            "RSA_AES_KEY_WRAP_SHA_1",
            "RSA_4096",
        ),
    ],
)
def test_material_is_wrapped_as_its_kind_allows(
    kind: dict[str, Any], algorithm: str, spec: str
) -> None:
    kms = unthrottled()
    key = empty(kms, **kind)
    asked = {"WrappingAlgorithm": algorithm, "WrappingKeySpec": spec}
    named = kind.get("KeySpec", "SYMMETRIC_DEFAULT")
    assert refused(kms, "GetParametersForImport", 0.0, None, KeyId=key, **asked) == (
        "ValidationException",
        f"Wrapping algorithm {algorithm} and wrapping key spec {spec} cannot be used to "
        f"import a {named} key.",
    )


@pytest.mark.parametrize("spec", ["RSA_3072", "RSA_4096"])
def test_wrapping_keys_come_in_more_sizes(spec: str) -> None:
    kms = unthrottled()
    asked: dict[str, Any] = parameters(kms, empty(kms), spec=spec)
    assert "KeyMaterialId" in call(kms, "ImportKeyMaterial", **asked, **FOREVER)


def test_a_key_of_its_own_material_takes_none() -> None:
    kms = unthrottled()
    key = new_key(kms)
    text = f"{ARN}key/{key} origin is AWS_KMS which is not valid for this operation."
    asked: dict[str, Any] = {"KeyId": key, "WrappingAlgorithm": OAEP, "WrappingKeySpec": "RSA_2048"}
    assert ("UnsupportedOperationException", text) == refused(
        kms, "GetParametersForImport", **asked
    )
    delete = refused(kms, "DeleteImportedKeyMaterial", KeyId=key)
    assert ("UnsupportedOperationException", text) == delete


def test_material_ends_at_its_time_and_the_same_revives_the_key() -> None:
    kms = unthrottled()
    key = empty(kms)
    imported(kms, key, ValidTo=10 * DAY)
    said = described(kms, key)
    assert (said["ExpirationModel"], said["ValidTo"]) == ("KEY_MATERIAL_EXPIRES", 10 * DAY)
    blob = sealed(kms, key, 9 * DAY)
    pending = ("KMSInvalidStateException", f"{ARN}key/{key} is pending import.")
    assert pending == refused(kms, "Decrypt", 10 * DAY, CiphertextBlob=blob)
    assert "ValidTo" not in described(kms, key, 10 * DAY)
    imported(kms, key, now=20 * DAY)
    assert call(kms, "Decrypt", 20 * DAY, CiphertextBlob=blob)["Plaintext"] == "eA=="


def test_deleted_material_can_be_imported_again_and_no_other() -> None:
    kms = unthrottled()
    key = empty(kms)
    first = imported(kms, key)
    blob = sealed(kms, key)
    assert first == call(kms, "DeleteImportedKeyMaterial", KeyId=key)
    pending = ("KMSInvalidStateException", f"{ARN}key/{key} is pending import.")
    assert pending == refused(kms, "Decrypt", CiphertextBlob=blob)
    call(kms, "DeleteImportedKeyMaterial", KeyId=key)
    other: dict[str, Any] = parameters(kms, key, bytes(32))
    code, _ = refused(kms, "ImportKeyMaterial", **other, **FOREVER)
    assert code == "IncorrectKeyMaterialException"
    assert first == imported(kms, key)
    assert call(kms, "Decrypt", CiphertextBlob=blob)["Plaintext"] == "eA=="


def test_the_next_material_is_used_after_a_rotation_on_demand() -> None:
    kms = unthrottled()
    key = empty(kms)
    first = imported(kms, key)["KeyMaterialId"]
    blob = sealed(kms, key)
    assert refused(kms, "RotateKeyOnDemand", KeyId=key) == (
        "KMSInvalidStateException",
        f"No available key material pending rotation for the key: {ARN}key/{key}.",
    )
    new = imported(
        kms, key, bytes(32), ImportType="NEW_KEY_MATERIAL", KeyMaterialDescription="2026"
    )["KeyMaterialId"]
    assert first == described(kms, key)["CurrentKeyMaterialId"]
    third: dict[str, Any] = parameters(kms, key, bytes([1] * 32)) | {
        "ImportType": "NEW_KEY_MATERIAL"
    }
    code, text = refused(kms, "ImportKeyMaterial", **third, **FOREVER)
    assert code == "KMSInvalidStateException"
    assert text.endswith(f"because another key material (id: {new}) is pending rotation.")
    asked: dict[str, Any] = {"KeyId": key, "IncludeKeyMaterial": "ALL_KEY_MATERIAL"}
    states = [
        one["KeyMaterialState"] for one in call(kms, "ListKeyRotations", **asked)["Rotations"]
    ]
    assert states == ["CURRENT", "PENDING_ROTATION"]
    call(kms, "RotateKeyOnDemand", 5, KeyId=key)
    assert new == described(kms, key, 5)["CurrentKeyMaterialId"]
    assert call(kms, "Decrypt", 6, CiphertextBlob=blob)["Plaintext"] == "eA=="
    listed = call(kms, "ListKeyRotations", 6, KeyId=key)["Rotations"]
    assert listed == [
        {
            "KeyId": key,
            "KeyMaterialId": new,
            "KeyMaterialState": "CURRENT",
            "RotationDate": 5,
            "RotationType": "ON_DEMAND",
            "ImportState": "IMPORTED",
            "KeyMaterialDescription": "2026",
            "ExpirationModel": "KEY_MATERIAL_DOES_NOT_EXPIRE",
        }
    ]
    call(kms, "DeleteImportedKeyMaterial", 7, KeyId=key, KeyMaterialId=first)
    pending = ("KMSInvalidStateException", f"{ARN}key/{key} is pending import.")
    assert pending == refused(kms, "Encrypt", 7, KeyId=key, Plaintext="eA==")


def test_tokens_are_for_one_key_and_one_day() -> None:
    kms = unthrottled()
    key, other = empty(kms), empty(kms)
    asked: dict[str, Any] = parameters(kms, key) | FOREVER
    code, _ = refused(kms, "ImportKeyMaterial", DAY + 1, **asked)
    assert code == "ExpiredImportTokenException"
    code, _ = refused(kms, "ImportKeyMaterial", **{**asked, "KeyId": other})
    assert code == "InvalidImportTokenException"
    code, _ = refused(kms, "ImportKeyMaterial", **{**asked, "ImportToken": "eA=="})
    assert code == "InvalidImportTokenException"
    short = {**asked, "EncryptedKeyMaterial": "eA=="}
    size = ("ValidationException", "Invalid encrypted key size.")
    assert size == refused(kms, "ImportKeyMaterial", **short)
    noise = {**asked, "EncryptedKeyMaterial": base64.b64encode(bytes(256)).decode()}
    assert refused(kms, "ImportKeyMaterial", **noise) == ("InvalidCiphertextException", "")
    call(kms, "ImportKeyMaterial", DAY, **asked)


@pytest.mark.parametrize(
    ("fields", "text"),
    [
        ({}, "A validTo date must be set if the ExpirationModel is KEY_MATERIAL_EXPIRES"),
        ({"ValidTo": 5}, "ValidTo must be in the future"),
        ({"ValidTo": 366 * DAY + 10}, "ValidTo must be at most 365 days in the future"),
        (
            {"ValidTo": DAY, **FOREVER},
            "The parameter ValidTo cannot be specified for a key with an expiration model of "
            "KEY_MATERIAL_DOES_NOT_EXPIRE",
        ),
    ],
)
def test_an_end_is_given_with_the_model_that_has_one(fields: dict[str, Any], text: str) -> None:
    kms = unthrottled()
    asked: dict[str, Any] = parameters(kms, empty(kms))
    assert ("ValidationException", text) == refused(kms, "ImportKeyMaterial", 10, **asked, **fields)


def test_material_is_of_the_kind_of_the_key() -> None:
    kms = unthrottled()
    short: dict[str, Any] = parameters(kms, empty(kms), bytes(31)) | FOREVER
    assert refused(kms, "ImportKeyMaterial", **short)[0] == "IncorrectKeyMaterialException"
    curve: dict[str, Any] = {"KeySpec": "ECC_NIST_P256", "KeyUsage": "SIGN_VERIFY"}
    made = ec.generate_private_key(ec.SECP256R1())
    der = made.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    key = empty(kms, **curve)
    asked: dict[str, Any] = parameters(kms, key, der, algorithm="RSA_AES_KEY_WRAP_SHA_1")
    reply = call(kms, "ImportKeyMaterial", **asked, **FOREVER)
    assert {"KeyId": f"{ARN}key/{key}"} == reply
    assert described(kms, key)["KeyState"] == "Enabled"
    other: dict[str, Any] = parameters(kms, empty(kms, **curve), SECRET) | FOREVER
    assert refused(kms, "ImportKeyMaterial", **other)[0] == "IncorrectKeyMaterialException"
    mac = empty(kms, KeySpec="HMAC_512", KeyUsage="GENERATE_VERIFY_MAC")
    imported(kms, mac, bytes(64))
    named: dict[str, Any] = parameters(kms, mac, bytes(64)) | {
        "ImportType": "EXISTING_KEY_MATERIAL"
    }
    assert refused(kms, "ImportKeyMaterial", **named, **FOREVER)[0] == "ValidationException"


def test_an_rsa_key_is_too_long_to_be_wrapped_directly() -> None:
    kms = unthrottled()
    key = empty(kms, KeySpec="RSA_2048", KeyUsage="ENCRYPT_DECRYPT")
    asked: dict[str, Any] = {"KeyId": key, "WrappingAlgorithm": OAEP, "WrappingKeySpec": "RSA_4096"}
    assert refused(kms, "GetParametersForImport", **asked) == (
        "ValidationException",
        "Wrapping algorithm RSAES_OAEP_SHA_256 and wrapping key spec RSA_4096 cannot be used to "
        "import a RSA_2048 key.",
    )
    made = rsa.generate_private_key(65_537, 2048)
    der = made.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    asked = parameters(kms, key, der, algorithm="RSA_AES_KEY_WRAP_SHA_256")
    call(kms, "ImportKeyMaterial", **asked, **FOREVER)
    assert described(kms, key)["KeyState"] == "Enabled"


def test_a_replica_takes_the_primarys_material_and_no_other() -> None:
    kms = unthrottled(regions=("eu-west-1",))
    there = caller("AKIAEKMADMIN00000000", "eu-west-1")
    key = empty(kms, MultiRegion=True)
    imported(kms, key)
    blob = sealed(kms, key)
    call(kms, "ReplicateKey", KeyId=key, ReplicaRegion="eu-west-1")
    code, _ = refused(kms, "Decrypt", by=there, CiphertextBlob=blob)
    assert code == "KMSInvalidStateException"
    other: dict[str, Any] = parameters(kms, key, bytes(32), by=there) | FOREVER
    code, _ = refused(kms, "ImportKeyMaterial", by=there, **other)
    assert code == "IncorrectKeyMaterialException"
    imported(kms, key, by=there)
    assert call(kms, "Decrypt", by=there, CiphertextBlob=blob)["Plaintext"] == "eA=="
    imported(kms, key, bytes(32), ImportType="NEW_KEY_MATERIAL")
    asked: dict[str, Any] = {"KeyId": key, "IncludeKeyMaterial": "ALL_KEY_MATERIAL"}
    last = call(kms, "ListKeyRotations", **asked)["Rotations"][-1]["KeyMaterialState"]
    assert last == "PENDING_MULTI_REGION_IMPORT_AND_ROTATION"
    code, _ = refused(kms, "RotateKeyOnDemand", KeyId=key)
    assert code == "KMSInvalidStateException"
    imported(kms, key, bytes(32), by=there)
    call(kms, "RotateKeyOnDemand", 5, KeyId=key)
    blob = sealed(kms, key, 6)
    assert call(kms, "Decrypt", 6, there, CiphertextBlob=blob)["Plaintext"] == "eA=="


def test_deletion_finds_a_key_whose_material_is_gone_pending_import() -> None:
    kms = unthrottled()
    key = empty(kms)
    imported(kms, key, ValidTo=DAY)
    call(kms, "ScheduleKeyDeletion", KeyId=key)
    assert described(kms, key, 2 * DAY)["KeyState"] == "PendingDeletion"
    call(kms, "CancelKeyDeletion", 2 * DAY, KeyId=key)
    assert described(kms, key, 2 * DAY)["KeyState"] == "PendingImport"


@pytest.mark.parametrize(
    ("spec", "secret"),
    [
        ("ECC_NIST_EDWARDS25519", ed25519.Ed25519PrivateKey.generate()),
        ("ML_DSA_65", mldsa.MLDSA65PrivateKey.generate()),
        ("ECC_SECG_P256K1", ec.generate_private_key(ec.SECP256K1())),
    ],
)
def test_private_keys_of_many_specs_are_imported(spec: str, secret: Any) -> None:
    kms = unthrottled()
    der = secret.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    key = empty(kms, KeySpec=spec, KeyUsage="SIGN_VERIFY")
    asked = parameters(kms, key, der, algorithm="RSA_AES_KEY_WRAP_SHA_256")
    call(kms, "ImportKeyMaterial", **asked, **FOREVER)
    assert described(kms, key)["KeyState"] == "Enabled"
    other = empty(kms, KeySpec="ECC_NIST_P256", KeyUsage="SIGN_VERIFY")
    asked = parameters(kms, other, der, algorithm="RSA_AES_KEY_WRAP_SHA_256")
    code, _ = refused(kms, "ImportKeyMaterial", **asked, **FOREVER)
    assert code == "IncorrectKeyMaterialException"
