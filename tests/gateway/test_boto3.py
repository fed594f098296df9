"""Plain boto3 against a running gateway: every operation once, and errors as its own exceptions."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.gateway.running import Running, started


def code_of(error: pytest.ExceptionInfo[Any]) -> str:
    return str(error.value.response["Error"]["Code"])


@pytest.fixture(scope="module")
def key(kms: Any) -> str:
    made = kms.create_key(Tags=[{"TagKey": "ekm-harness", "TagValue": "disposable"}])
    return str(made["KeyMetadata"]["KeyId"])


def test_a_data_key_is_made_and_unwrapped_in_its_context(kms: Any, key: str) -> None:
    context = {"recording": "rec-1"}
    made = kms.generate_data_key(KeyId=key, KeySpec="AES_256", EncryptionContext=context)
    opened = kms.decrypt(CiphertextBlob=made["CiphertextBlob"], EncryptionContext=context)
    assert len(made["Plaintext"]) == 32
    assert made["Plaintext"] == opened["Plaintext"]
    assert made["KeyId"] == opened["KeyId"]


def test_a_data_key_without_plaintext_is_made(kms: Any, key: str) -> None:
    made = kms.generate_data_key_without_plaintext(KeyId=key, NumberOfBytes=24)
    assert len(kms.decrypt(CiphertextBlob=made["CiphertextBlob"])["Plaintext"]) == 24


def test_bytes_are_encrypted_moved_to_another_key_and_decrypted(kms: Any, key: str) -> None:
    sealed = kms.encrypt(KeyId=key, Plaintext=b"Test & Save")["CiphertextBlob"]
    other = kms.create_key()["KeyMetadata"]["KeyId"]
    moved = kms.re_encrypt(CiphertextBlob=sealed, SourceKeyId=key, DestinationKeyId=other)
    opened = kms.decrypt(CiphertextBlob=moved["CiphertextBlob"], KeyId=other)
    assert opened["Plaintext"] == b"Test & Save"
    with pytest.raises(kms.exceptions.IncorrectKeyException):
        kms.decrypt(CiphertextBlob=moved["CiphertextBlob"], KeyId=key)


def test_the_wrong_context_is_an_invalid_ciphertext_without_a_message(kms: Any, key: str) -> None:
    sealed = kms.encrypt(KeyId=key, Plaintext=b"x", EncryptionContext={"a": "1"})
    with pytest.raises(kms.exceptions.InvalidCiphertextException) as caught:
        kms.decrypt(CiphertextBlob=sealed["CiphertextBlob"], EncryptionContext={"A": "1"})
    assert caught.value.response["Error"].get("Message", "") == ""
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 400


def test_a_key_is_described_and_listed(kms: Any, key: str) -> None:
    described = kms.describe_key(KeyId=key)["KeyMetadata"]
    assert (described["KeyState"], described["Enabled"]) == ("Enabled", True)
    assert described["CreationDate"].tzinfo is not None
    pages = kms.get_paginator("list_keys").paginate(PaginationConfig={"PageSize": 1})
    assert described["Arn"] in [found["KeyArn"] for page in pages for found in page["Keys"]]


def test_a_key_goes_through_its_states(kms: Any) -> None:
    key = kms.create_key()["KeyMetadata"]["KeyId"]
    kms.disable_key(KeyId=key)
    with pytest.raises(kms.exceptions.DisabledException, match="is disabled"):
        kms.generate_data_key(KeyId=key, KeySpec="AES_256")
    scheduled = kms.schedule_key_deletion(KeyId=key, PendingWindowInDays=7)
    assert scheduled["KeyState"] == "PendingDeletion"
    with pytest.raises(kms.exceptions.KMSInvalidStateException, match="is pending deletion"):
        kms.enable_key(KeyId=key)
    kms.cancel_key_deletion(KeyId=key)
    kms.enable_key(KeyId=key)
    kms.generate_data_key(KeyId=key, KeySpec="AES_256")


def test_an_alias_is_made_used_moved_and_deleted(kms: Any, key: str) -> None:
    kms.create_alias(AliasName="alias/platform", TargetKeyId=key)
    with pytest.raises(kms.exceptions.AlreadyExistsException):
        kms.create_alias(AliasName="alias/platform", TargetKeyId=key)
    kms.generate_data_key(KeyId="alias/platform", KeySpec="AES_256")
    kms.update_alias(AliasName="alias/platform", TargetKeyId=key)
    assert [a["AliasName"] for a in kms.list_aliases(KeyId=key)["Aliases"]] == ["alias/platform"]
    kms.delete_alias(AliasName="alias/platform")
    with pytest.raises(kms.exceptions.NotFoundException):
        kms.describe_key(KeyId="alias/platform")


def test_tags_are_read_added_and_removed(kms: Any, key: str) -> None:
    kms.tag_resource(KeyId=key, Tags=[{"TagKey": "team", "TagValue": "capacity"}])
    kms.untag_resource(KeyId=key, TagKeys=["team"])
    tags = kms.list_resource_tags(KeyId=key)["Tags"]
    assert tags == [{"TagKey": "ekm-harness", "TagValue": "disposable"}]


def test_the_asymmetric_trap_is_named(kms: Any) -> None:
    made = kms.create_key(KeySpec="RSA_2048", KeyUsage="SIGN_VERIFY")["KeyMetadata"]
    assert "RSASSA_PSS_SHA_256" in made["SigningAlgorithms"]
    with pytest.raises(kms.exceptions.InvalidKeyUsageException) as caught:
        kms.generate_data_key(KeyId=made["KeyId"], KeySpec="AES_256")
    text = f"{made['Arn']} key usage is SIGN_VERIFY which is not valid for GenerateDataKey."
    assert text == caught.value.response["Error"]["Message"]


def test_a_bad_request_is_a_validation_exception(kms: Any, key: str) -> None:
    with pytest.raises(ClientError) as caught:
        kms.generate_data_key(KeyId=key)
    assert code_of(caught) == "ValidationException"


def test_boto3_agrees_with_the_shape_of_every_reply(kms: Any, key: str) -> None:
    shape = kms.meta.service_model.operation_model("DescribeKey").output_shape
    known = set(shape.members["KeyMetadata"].members)
    assert set(kms.describe_key(KeyId=key)["KeyMetadata"]) <= known


def test_throttles_are_counted_exactly_on_both_sides() -> None:
    with started("--quota", "20") as running:
        kms = running.client(max_pool_connections=8)
        key = kms.create_key()["KeyMetadata"]["KeyId"]

        def attempt(_: int) -> str:
            try:
                kms.generate_data_key(KeyId=key, KeySpec="AES_256")
            except ClientError as error:
                return str(error.response["Error"]["Code"])
            return "ok"

        with ThreadPoolExecutor(8) as pool:
            seen = list(pool.map(attempt, range(300)))
        _, counters = running.ask("GET", "/_ekm/counters")
    assert counters["requests"]["GenerateDataKey"] == 300
    answered = counters["answered"]["GenerateDataKey"]
    assert answered == {code: seen.count(code) for code in ("ok", "ThrottlingException")}
    assert answered["ThrottlingException"] > 0


def test_the_same_region_names_its_quota() -> None:
    with started("--region", "eu-central-1", "--account", "000000000000") as running:
        _, health = running.ask("GET", "/_ekm/health")
        arn = running.client().create_key()["KeyMetadata"]["Arn"]
    assert (health["region"], health["quota"]) == ("eu-central-1", 20_000)
    assert arn.startswith("arn:aws:kms:eu-central-1:000000000000:key/")


def test_concurrent_clients_are_all_answered(gateway: Running, key: str) -> None:
    kms = gateway.client(max_pool_connections=16)

    def made(_: int) -> bytes:
        return bytes(kms.generate_data_key(KeyId=key, KeySpec="AES_256")["Plaintext"])

    with ThreadPoolExecutor(16) as pool:
        assert len(set(pool.map(made, range(200)))) == 200
