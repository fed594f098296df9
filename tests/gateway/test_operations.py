"""What the cryptographic operations take, and how every operation refuses what it does not."""

import base64
from typing import Any

import botocore.session
import msgspec
import pytest

from harness import registry
from harness.gateway.front import OPERATIONS
from harness.gateway.quotas.limits import CONTROL_PLANE, DATA_PLANE
from tests.gateway.calls import ARN, call, front, new_key, refused


def test_each_file_holds_the_operation_it_is_named_after() -> None:
    files = [name.replace("_", "") for name in registry.names("gateway.operations")]
    assert files == sorted(name.lower() for name in OPERATIONS)


def test_a_request_may_have_every_member_that_the_service_model_has() -> None:
    model = botocore.session.get_session().get_service_model("kms")
    unknown = [
        f"{name}.{member}"
        for name, request in OPERATIONS.items()
        for member in model.operation_model(name).input_shape.members
        if member not in {field.encode_name for field in msgspec.structs.fields(request)}
    ]
    assert unknown == []


def test_every_operation_has_a_quota() -> None:
    assert set(OPERATIONS) - {*DATA_PLANE, *CONTROL_PLANE} == set()


@pytest.mark.parametrize(
    ("fields", "size"),
    [({"KeySpec": "AES_256"}, 32), ({"KeySpec": "AES_128"}, 16), ({"NumberOfBytes": 1024}, 1024)],
)
def test_a_data_key_is_as_long_as_asked(fields: dict[str, Any], size: int) -> None:
    kms = front()
    reply = call(kms, "GenerateDataKey", KeyId=new_key(kms), **fields)
    assert size == len(base64.b64decode(reply["Plaintext"]))


def test_a_data_key_without_plaintext_shows_none_until_it_is_decrypted() -> None:
    kms = front()
    reply = call(kms, "GenerateDataKeyWithoutPlaintext", KeyId=new_key(kms), KeySpec="AES_256")
    assert {"CiphertextBlob", "KeyId", "KeyMaterialId"} == set(reply)
    opened = call(kms, "Decrypt", CiphertextBlob=reply["CiphertextBlob"])
    assert len(base64.b64decode(opened["Plaintext"])) == 32


@pytest.mark.parametrize("fields", [{}, {"KeySpec": "AES_256", "NumberOfBytes": 32}])
def test_a_data_key_needs_a_spec_or_a_size_and_not_both(fields: dict[str, Any]) -> None:
    kms = front()
    expected = ("ValidationException", "Please specify either number of bytes or key spec.")
    assert expected == refused(kms, "GenerateDataKey", KeyId=new_key(kms), **fields)


@pytest.mark.parametrize(
    ("fields", "text"),
    [
        (
            {"NumberOfBytes": 1025},
            "1 validation error detected: Value '1025' at 'numberOfBytes' failed to satisfy "
            "constraint: Member must have value less than or equal to 1024",
        ),
        (
            {"NumberOfBytes": 0},
            "1 validation error detected: Value '0' at 'numberOfBytes' failed to satisfy "
            "constraint: Member must have value greater than or equal to 1",
        ),
        (
            {"KeySpec": "AES-256", "KeyId": ""},
            "2 validation errors detected: Value '' at 'keyId' failed to satisfy constraint: "
            "Member must have length greater than or equal to 1; Value 'AES-256' at 'keySpec' "
            "failed to satisfy constraint: Member must satisfy enum value set: [AES_128, AES_256]",
        ),
        (
            {"KeyId": None},
            "1 validation error detected: Value null at 'keyId' failed to satisfy constraint: "
            "Member must not be null",
        ),
    ],
)
def test_a_field_out_of_bounds_is_named_in_the_words_of_kms(
    fields: dict[str, Any], text: str
) -> None:
    asked: dict[str, Any] = {"KeyId": "k", **fields}
    assert ("ValidationException", text) == refused(front(), "GenerateDataKey", **asked)


@pytest.mark.parametrize(
    "body", [b"", b"[]", b'"x"', b'{"KeyId":4}', b"\xff", b'{"a":' + b"[" * 99_999, b'{"KeyId":{}}']
)
def test_a_body_of_another_shape_is_a_serialization_error(body: bytes) -> None:
    assert front().answer("DescribeKey", body, 0.0).code == "SerializationException"


def test_a_request_with_thousands_of_faults_is_told_of_the_first_hundred() -> None:
    code, message = refused(front(), "CreateKey", Tags=[{"TagKey": ""}] * 5_000)
    assert code == "ValidationException"
    assert message.startswith("100 validation errors detected: ")
    assert len(message) < 20_000


def test_encrypt_takes_4096_bytes_and_no_more() -> None:
    kms = front()
    key = new_key(kms)
    blob = call(kms, "Encrypt", KeyId=key, Plaintext=b"x" * 4096)["CiphertextBlob"]
    opened = call(kms, "Decrypt", CiphertextBlob=blob, KeyId=key)
    assert base64.b64decode(opened["Plaintext"]) == b"x" * 4096
    assert refused(kms, "Encrypt", KeyId=key, Plaintext=b"x" * 4097) == (
        "ValidationException",
        "1 validation error detected: Value at 'plaintext' failed to satisfy constraint: "
        "Member must have length less than or equal to 4096",
    )


def test_encryption_under_another_algorithm_is_refused() -> None:
    kms = front()
    asked: dict[str, Any] = {"Plaintext": b"x", "EncryptionAlgorithm": "RSAES_OAEP_SHA_1"}
    assert refused(kms, "Encrypt", KeyId=new_key(kms), **asked) == (
        "InvalidKeyUsageException",
        "Algorithm RSAES_OAEP_SHA_1 is incompatible with key spec SYMMETRIC_DEFAULT.",
    )
    rsa = new_key(kms, KeySpec="RSA_2048", KeyUsage="ENCRYPT_DECRYPT")
    assert refused(kms, "Encrypt", KeyId=rsa, Plaintext=b"x") == (
        "InvalidKeyUsageException",
        "Algorithm SYMMETRIC_DEFAULT is incompatible with key spec RSA_2048.",
    )


def test_re_encrypt_moves_a_blob_to_another_key_and_context() -> None:
    kms = front()
    old, new = new_key(kms), new_key(kms)
    was = call(kms, "Encrypt", KeyId=old, Plaintext=b"x", EncryptionContext={"a": "1"})
    moved = call(
        kms,
        "ReEncrypt",
        CiphertextBlob=was["CiphertextBlob"],
        SourceEncryptionContext={"a": "1"},
        DestinationKeyId=new,
        DestinationEncryptionContext={"b": "2"},
    )
    assert (f"{ARN}key/{old}", f"{ARN}key/{new}") == (moved["SourceKeyId"], moved["KeyId"])
    blob = moved["CiphertextBlob"]
    opened = call(kms, "Decrypt", CiphertextBlob=blob, EncryptionContext={"b": "2"})
    assert base64.b64encode(b"x").decode() == opened["Plaintext"]


def test_a_dry_run_says_that_it_would_have_succeeded() -> None:
    kms = front()
    asked: dict[str, Any] = {"KeyId": new_key(kms), "KeySpec": "AES_256", "DryRun": True}
    assert refused(kms, "GenerateDataKey", **asked) == (
        "DryRunOperationException",
        "The request would have succeeded, but the DryRun option is set.",
    )


def test_an_unknown_operation_is_told_so_and_counted_apart() -> None:
    kms = front()
    assert refused(kms, "GenerateNothing")[0] == "UnknownOperationException"
    assert dict(kms.requests) == {"unknown": 1}


def test_no_other_account_shares_its_keys() -> None:
    kms = front()
    key = new_key(kms)
    own = call(kms, "ListKeys", ResourceOwners=["OTHER_ACCOUNTS_VIA_RAM", "SELF"])["Keys"]
    assert [key] == [one["KeyId"] for one in own]
    assert call(kms, "ListKeys", ResourceOwners=["OTHER_ACCOUNTS_VIA_RAM"])["Keys"] == []
