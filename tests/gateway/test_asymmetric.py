"""Asymmetric and HMAC keys: what they do, and how they refuse what they are not for."""

import base64
from hashlib import sha256
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import load_der_private_key, load_der_public_key

from harness.gateway.front import Front
from harness.gateway.ring.generation import SLOW, new_secret
from harness.gateway.ring.specs import SPECS, SYMMETRIC
from tests.gateway.calls import ARN, call, front, new_key, refused

SIGNS = {
    (spec, algorithm)
    for spec, usages in SPECS.items()
    for algorithm in usages.get("SIGN_VERIFY", ())
    if spec not in ("RSA_3072", "RSA_4096") and algorithm != "ED25519_PH_SHA_512"
}
USAGE = "InvalidKeyUsageException"
INVALID = "ValidationException"
CONTEXT = "EncryptionContext is not supported when encrypting/decrypting with asymmetric CMKs."


def unb64(text: str) -> bytes:
    return base64.b64decode(text)


def pair(kms: Front, spec: str, usage: str) -> str:
    return new_key(kms, KeySpec=spec, KeyUsage=usage)


@pytest.mark.parametrize(("spec", "algorithm"), sorted(SIGNS))
def test_what_is_signed_verifies_and_nothing_else_does(spec: str, algorithm: str) -> None:
    kms = front()
    asked: dict[str, Any] = {
        "KeyId": pair(kms, spec, "SIGN_VERIFY"),
        "Message": b"played back",
        "SigningAlgorithm": algorithm,
    }
    signed = call(kms, "Sign", **asked)
    assert f"{ARN}key/{asked['KeyId']}" == signed["KeyId"]
    verified = call(kms, "Verify", Signature=signed["Signature"], **asked)
    assert (verified["SignatureValid"], verified["SigningAlgorithm"]) == (True, algorithm)
    altered: dict[str, Any] = asked | {"Message": b"played back?", "Signature": signed["Signature"]}
    assert refused(kms, "Verify", **altered) == ("KMSInvalidSignatureException", "")
    garbage: dict[str, Any] = asked | {"Signature": b"no signature"}
    assert refused(kms, "Verify", **garbage) == ("KMSInvalidSignatureException", "")


def test_a_digest_is_signed_as_its_message_is() -> None:
    kms = front()
    asked: dict[str, Any] = {
        "KeyId": pair(kms, "RSA_2048", "SIGN_VERIFY"),
        "SigningAlgorithm": "RSASSA_PSS_SHA_256",
    }
    digest: dict[str, Any] = {"Message": sha256(b"x").digest(), "MessageType": "DIGEST"}
    signed = call(kms, "Sign", **asked, **digest)["Signature"]
    assert call(kms, "Verify", **asked, Message=b"x", Signature=signed)["SignatureValid"]
    short: dict[str, Any] = {"Message": b"x" * 31, "MessageType": "DIGEST"}
    expected = (INVALID, "Digest is invalid length for algorithm RSASSA_PSS_SHA_256.")
    assert expected == refused(kms, "Sign", **asked, **short)


def test_a_signature_verifies_outside_with_the_public_key() -> None:
    kms = front()
    key = pair(kms, "ECC_NIST_P384", "SIGN_VERIFY")
    told = call(kms, "GetPublicKey", KeyId=key)
    assert (told["SigningAlgorithms"], told["KeyUsage"]) == (["ECDSA_SHA_384"], "SIGN_VERIFY")
    asked: dict[str, Any] = {"KeyId": key, "Message": b"x", "SigningAlgorithm": "ECDSA_SHA_384"}
    public = load_der_public_key(unb64(told["PublicKey"]))
    assert isinstance(public, ec.EllipticCurvePublicKey)
    public.verify(unb64(call(kms, "Sign", **asked)["Signature"]), b"x", ec.ECDSA(hashes.SHA384()))


@pytest.mark.parametrize(
    ("spec", "algorithm", "kind", "text"),
    [
        ("ML_DSA_44", "ML_DSA_SHAKE_256", "DIGEST", "key spec ML_DSA_44."),
        ("ECC_NIST_EDWARDS25519", "ED25519_SHA_512", "DIGEST", "algorithm ED25519_SHA_512."),
        ("ECC_NIST_EDWARDS25519", "ED25519_PH_SHA_512", "RAW", "algorithm ED25519_PH_SHA_512."),
    ],
)
def test_a_message_of_the_wrong_type_is_refused(
    spec: str, algorithm: str, kind: str, text: str
) -> None:
    kms = front()
    key = pair(kms, spec, "SIGN_VERIFY")
    asked: dict[str, Any] = {
        "KeyId": key,
        "Message": b"x",
        "MessageType": kind,
        "SigningAlgorithm": algorithm,
    }
    expected = (INVALID, f"Message type {kind} is incompatible with {text}")
    assert expected == refused(kms, "Sign", **asked)


def test_ml_dsa_signs_a_hash_made_elsewhere() -> None:
    kms = front()
    asked: dict[str, Any] = {
        "KeyId": pair(kms, "ML_DSA_65", "SIGN_VERIFY"),
        "MessageType": "EXTERNAL_MU",
        "SigningAlgorithm": "ML_DSA_SHAKE_256",
    }
    signed = call(kms, "Sign", Message=b"m" * 64, **asked)["Signature"]
    assert call(kms, "Verify", Message=b"m" * 64, Signature=signed, **asked)["SignatureValid"]
    expected = (INVALID, "External Mu is invalid length for algorithm ML_DSA_SHAKE_256.")
    assert expected == refused(kms, "Sign", Message=b"m", **asked)


@pytest.mark.parametrize("size", ["224", "256", "384", "512"])
def test_a_code_verifies_and_an_altered_one_does_not(size: str) -> None:
    kms = front()
    key = pair(kms, f"HMAC_{size}", "GENERATE_VERIFY_MAC")
    asked: dict[str, Any] = {"KeyId": key, "MacAlgorithm": f"HMAC_SHA_{size}"}
    made = call(kms, "GenerateMac", Message=b"x", **asked)
    assert int(size) // 8 == len(unb64(made["Mac"]))
    assert call(kms, "VerifyMac", Message=b"x", Mac=made["Mac"], **asked)["MacValid"]
    expected = ("KMSInvalidMacException", "")
    assert expected == refused(kms, "VerifyMac", Message=b"y", Mac=made["Mac"], **asked)


@pytest.mark.parametrize(
    ("algorithm", "most"), [("RSAES_OAEP_SHA_1", 214), ("RSAES_OAEP_SHA_256", 190)]
)
def test_an_rsa_key_encrypts_what_fits_one_block(algorithm: str, most: int) -> None:
    kms = front()
    key = pair(kms, "RSA_2048", "ENCRYPT_DECRYPT")
    asked: dict[str, Any] = {"KeyId": key, "EncryptionAlgorithm": algorithm}
    made = call(kms, "Encrypt", Plaintext=b"x" * most, **asked)
    assert len(unb64(made["CiphertextBlob"])) == 256
    opened = call(kms, "Decrypt", CiphertextBlob=made["CiphertextBlob"], **asked)
    assert b"x" * most == unb64(opened["Plaintext"])
    assert "KeyMaterialId" not in opened
    text = (
        f"Algorithm {algorithm} and key spec RSA_2048 cannot encrypt data larger than {most} bytes."
    )
    assert (INVALID, text) == refused(kms, "Encrypt", Plaintext=b"x" * (most + 1), **asked)
    context: dict[str, Any] = {"EncryptionContext": {"a": "1"}}
    assert refused(kms, "Encrypt", Plaintext=b"x", **asked, **context) == (INVALID, CONTEXT)
    blob: dict[str, Any] = {"CiphertextBlob": made["CiphertextBlob"]}
    assert refused(kms, "Decrypt", **asked, **context, **blob) == (INVALID, CONTEXT)


def test_an_rsa_ciphertext_opens_by_its_key_and_algorithm_only() -> None:
    kms = front()
    key, other = (pair(kms, "RSA_2048", "ENCRYPT_DECRYPT") for _ in range(2))
    how: dict[str, Any] = {"EncryptionAlgorithm": "RSAES_OAEP_SHA_256"}
    blob = call(kms, "Encrypt", KeyId=key, Plaintext=b"x", **how)["CiphertextBlob"]
    asked: dict[str, Any] = {"CiphertextBlob": blob}
    assert refused(kms, "Decrypt", **asked, **how) == (INVALID, "KeyId must not be null")
    wrong = ("InvalidCiphertextException", "")
    assert wrong == refused(kms, "Decrypt", KeyId=other, **asked, **how)
    # Its default algorithm has KMS read the header that an RSA ciphertext does not have.
    assert wrong == refused(kms, "Decrypt", KeyId=key, **asked)
    sha1: dict[str, Any] = {"EncryptionAlgorithm": "RSAES_OAEP_SHA_1"}
    assert wrong == refused(kms, "Decrypt", KeyId=key, **asked, **sha1)


def test_kms_opens_what_was_encrypted_outside_with_the_public_key() -> None:
    kms = front()
    key = pair(kms, "RSA_2048", "ENCRYPT_DECRYPT")
    public = load_der_public_key(unb64(call(kms, "GetPublicKey", KeyId=key)["PublicKey"]))
    assert isinstance(public, rsa.RSAPublicKey)
    oaep = padding.OAEP(padding.MGF1(hashes.SHA256()), hashes.SHA256(), None)
    asked: dict[str, Any] = {"KeyId": key, "EncryptionAlgorithm": "RSAES_OAEP_SHA_256"}
    opened = call(kms, "Decrypt", CiphertextBlob=public.encrypt(b"x", oaep), **asked)
    assert unb64(opened["Plaintext"]) == b"x"


def test_re_encrypt_moves_between_symmetric_and_rsa_keys() -> None:
    kms = front()
    old, new = new_key(kms), pair(kms, "RSA_2048", "ENCRYPT_DECRYPT")
    blob = call(kms, "Encrypt", KeyId=old, Plaintext=b"x")["CiphertextBlob"]
    how: dict[str, Any] = {
        "DestinationKeyId": new,
        "DestinationEncryptionAlgorithm": "RSAES_OAEP_SHA_256",
    }
    moved = call(kms, "ReEncrypt", CiphertextBlob=blob, **how)
    assert {"SourceKeyMaterialId"} == {name for name in moved if name.endswith("MaterialId")}
    back: dict[str, Any] = {
        "CiphertextBlob": moved["CiphertextBlob"],
        "SourceEncryptionAlgorithm": "RSAES_OAEP_SHA_256",
        "DestinationKeyId": old,
    }
    assert refused(kms, "ReEncrypt", **back) == (INVALID, "SourceKeyId must not be null")
    again = call(kms, "ReEncrypt", SourceKeyId=new, **back)
    opened = call(kms, "Decrypt", CiphertextBlob=again["CiphertextBlob"])
    assert unb64(opened["Plaintext"]) == b"x"


@pytest.mark.parametrize("spec", ["ECC_NIST_P256", "ECC_NIST_P521"])
def test_two_keys_agree_on_a_secret(spec: str) -> None:
    kms = front()
    one, two = (pair(kms, spec, "KEY_AGREEMENT") for _ in range(2))
    public = {key: call(kms, "GetPublicKey", KeyId=key)["PublicKey"] for key in (one, two)}
    how: dict[str, Any] = {"KeyAgreementAlgorithm": "ECDH"}
    ours = call(kms, "DeriveSharedSecret", KeyId=one, PublicKey=public[two], **how)
    theirs = call(kms, "DeriveSharedSecret", KeyId=two, PublicKey=public[one], **how)
    assert ours["SharedSecret"] == theirs["SharedSecret"]
    assert ours["KeyOrigin"] == "AWS_KMS"
    foreign = call(kms, "GetPublicKey", KeyId=pair(kms, "ECC_NIST_P384", "KEY_AGREEMENT"))
    for wrong in (foreign["PublicKey"], b"no key"):
        assert refused(kms, "DeriveSharedSecret", KeyId=one, PublicKey=wrong, **how)[0] == INVALID


@pytest.mark.parametrize(
    "spec", ["ECC_NIST_P256", "ECC_NIST_EDWARDS25519", "ML_KEM_768", "RSA_2048"]
)
def test_a_key_pair_comes_whole_and_its_private_half_wrapped(spec: str) -> None:
    kms = front()
    context: dict[str, Any] = {"EncryptionContext": {"a": "1"}}
    asked: dict[str, Any] = {"KeyId": new_key(kms), "KeyPairSpec": spec, **context}
    made = call(kms, "GenerateDataKeyPair", **asked)
    blob = made["PrivateKeyCiphertextBlob"]
    assert (
        made["PrivateKeyPlaintext"]
        == call(kms, "Decrypt", CiphertextBlob=blob, **context)["Plaintext"]
    )
    private = load_der_private_key(unb64(made["PrivateKeyPlaintext"]), None)
    assert type(private.public_key()) is type(load_der_public_key(unb64(made["PublicKey"])))
    assert (f"{ARN}key/{asked['KeyId']}", spec) == (made["KeyId"], made["KeyPairSpec"])
    silent = call(kms, "GenerateDataKeyPairWithoutPlaintext", **asked)
    assert set(made) - set(silent) == {"PrivateKeyPlaintext"}


@pytest.mark.parametrize("spec", ["SM2", "ML_KEM_512"])
def test_a_pair_that_we_can_not_make_is_refused(spec: str) -> None:
    kms = front()
    code, _ = refused(kms, "GenerateDataKeyPair", KeyId=new_key(kms), KeyPairSpec=spec)
    assert code in ("UnsupportedOperationException", INVALID)


@pytest.mark.parametrize(
    ("operation", "spec", "usage", "fields"),
    [
        ("Sign", "RSA_2048", "ENCRYPT_DECRYPT", {"SigningAlgorithm": "RSASSA_PSS_SHA_256"}),
        ("Sign", SYMMETRIC, "ENCRYPT_DECRYPT", {"SigningAlgorithm": "RSASSA_PSS_SHA_256"}),
        ("GenerateMac", SYMMETRIC, "ENCRYPT_DECRYPT", {"MacAlgorithm": "HMAC_SHA_256"}),
        ("Encrypt", "ECC_NIST_P256", "SIGN_VERIFY", {"Plaintext": b"x"}),
        ("GenerateDataKeyPair", "RSA_2048", "SIGN_VERIFY", {"KeyPairSpec": "RSA_2048"}),
        ("DeriveSharedSecret", "ECC_NIST_P256", "SIGN_VERIFY", {"PublicKey": b"x"}),
    ],
)
def test_a_key_is_refused_for_what_it_was_not_made_for(
    operation: str, spec: str, usage: str, fields: dict[str, Any]
) -> None:
    kms = front()
    key = pair(kms, spec, usage)
    asked: dict[str, Any] = {
        "KeyId": key,
        "Message": b"x",
        "KeyAgreementAlgorithm": "ECDH",
        **fields,
    }
    text = f"{ARN}key/{key} key usage is {usage} which is not valid for {operation}."
    assert (USAGE, text) == refused(kms, operation, **asked)


def test_an_algorithm_of_another_spec_is_refused() -> None:
    kms = front()
    key = pair(kms, "ECC_NIST_P256", "SIGN_VERIFY")
    asked: dict[str, Any] = {"KeyId": key, "Message": b"x", "SigningAlgorithm": "ECDSA_SHA_512"}
    text = "Algorithm ECDSA_SHA_512 is incompatible with key spec ECC_NIST_P256."
    assert (USAGE, text) == refused(kms, "Sign", **asked)
    mac = pair(kms, "HMAC_256", "GENERATE_VERIFY_MAC")
    text = "Algorithm HMAC_SHA_512 is incompatible with key spec HMAC_256."
    asked = {"KeyId": mac, "Message": b"x", "MacAlgorithm": "HMAC_SHA_512"}
    assert (USAGE, text) == refused(kms, "GenerateMac", **asked)


@pytest.mark.parametrize("spec", [SYMMETRIC, "HMAC_256"])
def test_a_key_without_a_public_half_shows_none(spec: str) -> None:
    kms = front()
    key = pair(kms, spec, next(iter(SPECS[spec])))
    assert refused(kms, "GetPublicKey", KeyId=key)[0] == "UnsupportedOperationException"


@pytest.mark.parametrize(
    ("operation", "fields"),
    [
        ("Sign", {"SigningAlgorithm": "ECDSA_SHA_256"}),
        ("Verify", {"SigningAlgorithm": "ECDSA_SHA_256", "Signature": b"x"}),
        ("GetPublicKey", {}),
    ],
)
def test_a_disabled_pair_does_nothing(operation: str, fields: dict[str, Any]) -> None:
    kms = front()
    key = pair(kms, "ECC_NIST_P256", "SIGN_VERIFY")
    call(kms, "DisableKey", KeyId=key)
    expected = ("DisabledException", f"{ARN}key/{key} is disabled.")
    assert expected == refused(kms, operation, KeyId=key, Message=b"x", **fields)


@pytest.mark.parametrize(
    ("operation", "spec", "fields"),
    [
        ("Sign", "ECC_NIST_P256", {"SigningAlgorithm": "ECDSA_SHA_256"}),
        ("Verify", "ECC_NIST_P256", {"SigningAlgorithm": "ECDSA_SHA_256", "Signature": b"x"}),
        ("GenerateMac", "HMAC_256", {"MacAlgorithm": "HMAC_SHA_256"}),
        ("VerifyMac", "HMAC_256", {"MacAlgorithm": "HMAC_SHA_256", "Mac": b"x"}),
        ("GenerateDataKeyPair", SYMMETRIC, {"KeyPairSpec": "RSA_4096"}),
        ("Encrypt", SYMMETRIC, {"Plaintext": b"x"}),
    ],
)
def test_every_use_of_a_key_can_be_tried_without(
    operation: str, spec: str, fields: dict[str, Any]
) -> None:
    kms = front()
    key = pair(kms, spec, next(iter(SPECS[spec])))
    asked: dict[str, Any] = {"KeyId": key, "Message": b"x", "DryRun": True, **fields}
    assert refused(kms, operation, **asked)[0] == "DryRunOperationException"


def test_a_dry_run_may_go_without_a_ciphertext() -> None:
    kms = front()
    key = new_key(kms)
    dry: dict[str, Any] = {"DryRun": True, "DryRunModifiers": ["IGNORE_CIPHERTEXT"]}
    assert refused(kms, "Decrypt", KeyId=key, **dry)[0] == "DryRunOperationException"
    assert refused(kms, "Decrypt", **dry) == (INVALID, "KeyId must not be null")
    both: dict[str, Any] = {"SourceKeyId": key, "DestinationKeyId": key}
    assert refused(kms, "ReEncrypt", **both, **dry)[0] == "DryRunOperationException"
    assert refused(kms, "Decrypt", KeyId=key) == (
        INVALID,
        "1 validation error detected: Value null at 'ciphertextBlob' failed to satisfy "
        "constraint: Member must not be null",
    )


def test_random_bytes_are_as_many_as_asked() -> None:
    kms = front()
    assert len(unb64(call(kms, "GenerateRandom", NumberOfBytes=1024)["Plaintext"])) == 1024
    assert refused(kms, "GenerateRandom") == (INVALID, "NumberOfBytes is required.")


def test_an_enclave_is_told_that_nobody_checks_its_attestation() -> None:
    kms = front()
    recipient: dict[str, Any] = {
        "Recipient": {"KeyEncryptionAlgorithm": "RSAES_OAEP_SHA_256", "AttestationDocument": b"x"}
    }
    expected = "UnsupportedOperationException"
    assert expected == refused(kms, "GenerateRandom", NumberOfBytes=8, **recipient)[0]
    asked: dict[str, Any] = {"KeyId": new_key(kms), "KeySpec": "AES_256", **recipient}
    assert expected == refused(kms, "GenerateDataKey", **asked)[0]


def test_members_that_kms_does_not_know_are_ignored() -> None:
    kms = front()
    made = call(kms, "GenerateRandom", NumberOfBytes=8, NumberOfBites=9)
    assert {"Plaintext"} == set(made)


@pytest.mark.parametrize("spec", sorted(set(SPECS) - SLOW - {"ML_KEM_512"}))
def test_material_follows_from_the_bytes_it_is_made_of(spec: str) -> None:
    one, same, another = (new_secret(spec, byte.__mul__) for byte in (b"a", b"a", b"b"))
    assert one == same != another
