"""What the states, kinds and names of keys allow, said as KMS says it."""

import pytest

from harness.gateway.front import Front
from harness.gateway.ring.specs import SPECS
from tests.gateway.calls import ARN, call, front, new_key, refused

DAY_S = 86_400


def state(kms: Front, key: str, now: float = 0.0) -> str:
    return str(call(kms, "DescribeKey", now, KeyId=key)["KeyMetadata"]["KeyState"])


def test_a_new_key_describes_itself_in_full() -> None:
    kms = front()
    created = call(kms, "CreateKey", 5.0, Description="recordings")["KeyMetadata"]
    assert {
        "AWSAccountId": "123456789012",
        "KeyId": created["KeyId"],
        "Arn": f"{ARN}key/{created['KeyId']}",
        "CreationDate": 5.0,
        "Enabled": True,
        "Description": "recordings",
        "KeyUsage": "ENCRYPT_DECRYPT",
        "KeyState": "Enabled",
        "Origin": "AWS_KMS",
        "KeyManager": "CUSTOMER",
        "CustomerMasterKeySpec": "SYMMETRIC_DEFAULT",
        "KeySpec": "SYMMETRIC_DEFAULT",
        "EncryptionAlgorithms": ["SYMMETRIC_DEFAULT"],
        "MultiRegion": False,
        "CurrentKeyMaterialId": created["CurrentKeyMaterialId"],
    } == created
    assert created == call(kms, "DescribeKey", KeyId=created["Arn"])["KeyMetadata"]


def test_a_disabled_key_refuses_cryptography_and_an_enabled_one_serves_again() -> None:
    kms = front()
    key = new_key(kms)
    made = call(kms, "GenerateDataKey", KeyId=key, KeySpec="AES_256")
    call(kms, "DisableKey", KeyId=key)
    disabled = ("DisabledException", f"{ARN}key/{key} is disabled.")
    blob = made["CiphertextBlob"]
    assert disabled == refused(kms, "GenerateDataKey", KeyId=key, KeySpec="AES_256")
    assert disabled == refused(kms, "Decrypt", CiphertextBlob=blob)
    assert disabled == refused(kms, "Encrypt", KeyId=key, Plaintext=b"x")
    assert state(kms, key) == "Disabled"
    call(kms, "EnableKey", KeyId=key)
    assert made["Plaintext"] == call(kms, "Decrypt", CiphertextBlob=blob)["Plaintext"]


def test_a_key_pending_deletion_refuses_nearly_everything() -> None:
    kms = front()
    key = new_key(kms)
    scheduled = call(kms, "ScheduleKeyDeletion", 100.0, KeyId=key, PendingWindowInDays=7)
    assert scheduled["DeletionDate"] == 100.0 + 7 * DAY_S
    assert state(kms, key, 200.0) == "PendingDeletion"
    pending = ("KMSInvalidStateException", f"{ARN}key/{key} is pending deletion.")
    for operation in ("EnableKey", "DisableKey", "ScheduleKeyDeletion"):
        assert pending == refused(kms, operation, 200.0, KeyId=key)
    assert pending == refused(kms, "GenerateDataKey", 200.0, KeyId=key, KeySpec="AES_256")
    assert pending == refused(kms, "CreateAlias", 200.0, AliasName="alias/a", TargetKeyId=key)


def test_a_cancelled_deletion_leaves_the_key_disabled() -> None:
    kms = front()
    key = new_key(kms)
    call(kms, "ScheduleKeyDeletion", KeyId=key)
    assert {"KeyId": f"{ARN}key/{key}"} == call(kms, "CancelKeyDeletion", KeyId=key)
    assert state(kms, key) == "Disabled"
    expected = ("KMSInvalidStateException", f"{ARN}key/{key} is not pending deletion.")
    assert expected == refused(kms, "CancelKeyDeletion", KeyId=key)


def test_a_key_is_gone_once_its_deletion_date_is_past() -> None:
    kms = front()
    key = new_key(kms)
    blob = call(kms, "GenerateDataKey", KeyId=key, KeySpec="AES_256")["CiphertextBlob"]
    call(kms, "CreateAlias", AliasName="alias/gone", TargetKeyId=key)
    call(kms, "ScheduleKeyDeletion", KeyId=key, PendingWindowInDays=7)
    assert state(kms, key, 7 * DAY_S - 1) == "PendingDeletion"
    gone = 7.0 * DAY_S
    missing = ("NotFoundException", f"Key '{ARN}key/{key}' does not exist")
    assert missing == refused(kms, "DescribeKey", gone, KeyId=key)
    assert refused(kms, "Decrypt", gone, CiphertextBlob=blob)[0] == "AccessDeniedException"
    assert call(kms, "ListKeys", gone)["Keys"] == []
    assert call(kms, "ListAliases", gone)["Aliases"] == []


@pytest.mark.parametrize(
    ("spec", "usage", "trap"),
    [
        ("RSA_2048", "SIGN_VERIFY", "{} key usage is SIGN_VERIFY which is not valid for {}."),
        ("RSA_2048", "ENCRYPT_DECRYPT", "You cannot generate a data key with an asymmetric CMK"),
        (
            "HMAC_256",
            "GENERATE_VERIFY_MAC",
            "{} key usage is GENERATE_VERIFY_MAC which is not valid for {}.",
        ),
    ],
)
def test_a_key_of_the_wrong_kind_makes_no_data_keys(spec: str, usage: str, trap: str) -> None:
    kms = front()
    key = new_key(kms, KeySpec=spec, KeyUsage=usage)
    text = trap.format(f"{ARN}key/{key}", "GenerateDataKey")
    expected = ("InvalidKeyUsageException", text)
    assert expected == refused(kms, "GenerateDataKey", KeyId=key, KeySpec="AES_256")


def test_every_spec_can_be_created_for_every_usage_it_allows() -> None:
    made = {spec: usages for spec, usages in SPECS.items() if spec != "ML_KEM_512"}
    kinds = [(spec, usage) for spec, usages in made.items() for usage in usages]
    for second, (spec, usage) in enumerate(kinds):
        created = call(front(), "CreateKey", second, KeySpec=spec, KeyUsage=usage)["KeyMetadata"]
        assert (spec, usage) == (created["KeySpec"], created["KeyUsage"])


def test_a_usage_must_suit_the_spec() -> None:
    kms = front()
    code, text = refused(kms, "CreateKey", KeySpec="HMAC_256", KeyUsage="ENCRYPT_DECRYPT")
    assert code == "ValidationException"
    assert text == "KeyUsage ENCRYPT_DECRYPT is not compatible with KeySpec HMAC_256"
    assert refused(kms, "CreateKey", KeySpec="RSA_2048")[1].startswith(
        "You must specify a KeyUsage"
    )


def test_a_key_answers_to_its_id_its_arn_and_both_forms_of_an_alias() -> None:
    kms = front()
    key = new_key(kms)
    call(kms, "CreateAlias", AliasName="alias/platform", TargetKeyId=key)
    for name in (key, f"{ARN}key/{key}", "alias/platform", f"{ARN}alias/platform"):
        reply = call(kms, "GenerateDataKey", KeyId=name, KeySpec="AES_128")
        assert f"{ARN}key/{key}" == reply["KeyId"]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("nonsense", "Invalid keyId 'nonsense'"),
        ("alias/none", f"Alias {ARN}alias/none is not found."),
        ("arn:aws:kms:eu-west-1:123456789012:key/x", "Invalid arn eu-west-1"),
        ("arn:", "Invalid arn "),
        (f"{ARN}key/{'0' * 8}-0000-4000-a000-{'0' * 12}", None),
        (f"{'0' * 8}-0000-4000-a000-{'0' * 12}", None),
    ],
)
def test_a_name_of_no_key_is_answered_in_the_words_kms_has_for_it(
    name: str, text: str | None
) -> None:
    plain = f"{ARN}key/{name.removeprefix(f'{ARN}key/')}"
    expected = ("NotFoundException", text or f"Key '{plain}' does not exist")
    assert expected == refused(front(), "DescribeKey", KeyId=name)


def test_an_imported_key_waits_for_its_material() -> None:
    kms = front()
    key = new_key(kms, Origin="EXTERNAL")
    expected = ("KMSInvalidStateException", f"{ARN}key/{key} is pending import.")
    assert expected == refused(kms, "GenerateDataKey", KeyId=key, KeySpec="AES_256")


def test_a_multi_region_key_has_an_id_that_says_so() -> None:
    created = call(front(), "CreateKey", MultiRegion=True)["KeyMetadata"]
    assert created["KeyId"].startswith("mrk-")
    assert created["MultiRegionConfiguration"]["PrimaryKey"]["Region"] == "us-east-1"
