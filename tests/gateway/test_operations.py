"""Each operation's own rules: what it takes, what it refuses, how it pages."""

import base64
from typing import Any

import pytest

from harness import registry
from harness.gateway.front import OPERATIONS
from tests.gateway.calls import ARN, call, front, new_key, refused


def test_each_file_holds_the_operation_it_is_named_after() -> None:
    files = [name.replace("_", "") for name in registry.names("gateway.operations")]
    assert files == sorted(name.lower() for name in OPERATIONS)


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
    assert {"CiphertextBlob", "KeyId"} == set(reply)
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
    assert refused(kms, "Encrypt", KeyId=rsa, **asked)[0] == "UnsupportedOperationException"


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


def test_tags_are_kept_from_creation_replaced_and_removed() -> None:
    kms = front()
    key = new_key(kms, Tags=[{"TagKey": "a", "TagValue": "1"}, {"TagKey": "b", "TagValue": "2"}])
    call(kms, "TagResource", KeyId=key, Tags=[{"TagKey": "b", "TagValue": "3"}])
    call(kms, "UntagResource", KeyId=key, TagKeys=["a", "never there"])
    expected = {"Tags": [{"TagKey": "b", "TagValue": "3"}], "Truncated": False}
    assert expected == call(kms, "ListResourceTags", KeyId=key)


def test_a_tag_given_twice_or_of_awss_own_is_refused() -> None:
    twice = [{"TagKey": "a", "TagValue": "1"}] * 2
    own = [{"TagKey": "aws:a", "TagValue": "1"}]
    assert refused(front(), "CreateKey", Tags=twice)[0] == "TagException"
    assert refused(front(), "CreateKey", Tags=own)[0] == "TagException"
    many = [{"TagKey": str(place), "TagValue": ""} for place in range(51)]
    assert refused(front(), "CreateKey", Tags=many)[0] == "LimitExceededException"
    path = refused(front(), "CreateKey", Tags=[{"TagKey": "", "TagValue": ""}])[1]
    assert "at 'tags.1.member.tagKey'" in path


def test_an_alias_is_made_moved_listed_and_deleted() -> None:
    kms = front()
    one, two = new_key(kms), new_key(kms)
    call(kms, "CreateAlias", 1.0, AliasName="alias/platform", TargetKeyId=one)
    again = refused(kms, "CreateAlias", AliasName="alias/platform", TargetKeyId=two)
    text = f"An alias with the name {ARN}alias/platform already exists"
    assert ("AlreadyExistsException", text) == again
    call(kms, "UpdateAlias", 2.0, AliasName="alias/platform", TargetKeyId=two)
    assert call(kms, "ListAliases", KeyId=one)["Aliases"] == []
    (listed,) = call(kms, "ListAliases", KeyId=two)["Aliases"]
    assert {
        "AliasName": "alias/platform",
        "AliasArn": f"{ARN}alias/platform",
        "TargetKeyId": two,
        "CreationDate": 1.0,
        "LastUpdatedDate": 2.0,
    } == listed
    call(kms, "DeleteAlias", AliasName="alias/platform")
    missing = ("NotFoundException", f"Alias {ARN}alias/platform is not found.")
    assert missing == refused(kms, "DeleteAlias", AliasName="alias/platform")
    assert missing == refused(kms, "UpdateAlias", AliasName="alias/platform", TargetKeyId=one)


def test_an_alias_has_a_proper_name_and_a_key_behind_it() -> None:
    kms = front()
    key = new_key(kms)
    target: dict[str, Any] = {"TargetKeyId": key}
    assert refused(kms, "CreateAlias", AliasName="x", **target)[1] == "Invalid identifier"
    own = refused(kms, "CreateAlias", AliasName="alias/aws/x", **target)
    assert own[0] == "NotAuthorizedException"
    pattern = refused(kms, "CreateAlias", AliasName="alias/ä", **target)[1]
    assert pattern.endswith("regular expression pattern: ^[a-zA-Z0-9:/_-]+$")
    chained = refused(kms, "CreateAlias", AliasName="alias/b", TargetKeyId="alias/a")
    assert chained == ("ValidationException", "Aliases must refer to keys. Not aliases")
    expected = ("NotFoundException", "Invalid keyId 'alias/a'")
    assert expected == refused(kms, "DisableKey", KeyId="alias/a")


def test_lists_come_a_page_at_a_time_and_miss_nothing() -> None:
    kms = front()
    keys = sorted(new_key(kms, now=second) for second in range(7))
    found: list[str] = []
    page = call(kms, "ListKeys", Limit=3)
    while True:
        found += [key["KeyId"] for key in page["Keys"]]
        if not page["Truncated"]:
            break
        page = call(kms, "ListKeys", Limit=3, Marker=page["NextMarker"])
    assert keys == found
    assert refused(kms, "ListKeys", Marker="no marker!")[0] == "InvalidMarkerException"


def test_an_unknown_operation_is_told_so_and_counted_apart() -> None:
    kms = front()
    assert refused(kms, "GenerateNothing")[0] == "UnknownOperationException"
    assert dict(kms.requests) == {"unknown": 1}
