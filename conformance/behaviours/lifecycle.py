"""Keys come, are described, are switched off and on, and go."""

import re
from datetime import UTC, datetime
from typing import Any

from conformance.behaviour import behaviour
from conformance.expect import equal, holds
from conformance.sources import KEY_STATES, api, recorded
from conformance.target import REGION, Target

_UUID = r"[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}"


def described(kms: Target, key: str) -> dict[str, Any]:
    found: dict[str, Any] = kms.admin("DescribeKey", KeyId=key)["KeyMetadata"]
    return found


def in_state(kms: Target, key: str, state: str) -> None:
    """The key comes to that state."""
    kms.eventually(lambda: equal(state, described(kms, key)["KeyState"], "KeyState"))


def days_ahead(date: datetime) -> int:
    return round((date - datetime.now(UTC)).total_seconds() / 86400)


@behaviour(
    "CreateKey with no parameters makes an enabled symmetric encryption key of the customer's",
    recorded("test_create_key"),
)
def _(kms: Target) -> None:
    key = kms.admin("CreateKey")["KeyMetadata"]
    kms.must_go(kms.admin, key["KeyId"])
    for name, value in {
        "KeySpec": "SYMMETRIC_DEFAULT",
        "KeyUsage": "ENCRYPT_DECRYPT",
        "KeyState": "Enabled",
        "Enabled": True,
        "KeyManager": "CUSTOMER",
        "Origin": "AWS_KMS",
        "MultiRegion": False,
        "Description": "",
        "EncryptionAlgorithms": ["SYMMETRIC_DEFAULT"],
    }.items():
        equal(value, key.get(name), name)


@behaviour("a key's ID is a UUID, and its ARN names Region and account", api("KeyMetadata"))
def _(kms: Target) -> None:
    key = described(kms, kms.key())
    holds(re.fullmatch(_UUID, key["KeyId"]), f"KeyId is {key['KeyId']}")
    equal(kms.arn(f"key/{key['KeyId']}"), key["Arn"], "Arn")
    equal(kms.admin.account, key.get("AWSAccountId"), "AWSAccountId")


@behaviour("a key's metadata repeats KeySpec as CustomerMasterKeySpec", recorded("test_create_key"))
def _(kms: Target) -> None:
    equal("SYMMETRIC_DEFAULT", described(kms, kms.key()).get("CustomerMasterKeySpec"), "it")


@behaviour("a key was created now, and has no deletion date", api("KeyMetadata"))
def _(kms: Target) -> None:
    key = described(kms, kms.key())
    equal(0, days_ahead(key["CreationDate"]), "days from CreationDate")
    holds("DeletionDate" not in key, "it has a DeletionDate")


@behaviour(
    "a symmetric encryption key's metadata names its current key material", api("KeyMetadata")
)
def _(kms: Target) -> None:
    found = described(kms, kms.key()).get("CurrentKeyMaterialId", "absent")
    holds(re.fullmatch("[0-9a-f]{64}", found), f"CurrentKeyMaterialId is {found}")


@behaviour("a description of 8,192 characters is kept, one more is refused", api("CreateKey"))
def _(kms: Target) -> None:
    key = kms.fresh(Description="d" * 8192)
    equal(8192, len(described(kms, key["KeyId"])["Description"]), "its length")
    kms.admin.refused("ValidationException", "CreateKey", Description="d" * 8193)


@behaviour("UpdateKeyDescription changes the description, and can empty it", api("CreateKey"))
def _(kms: Target) -> None:
    key = kms.fresh(Description="first")["KeyId"]
    kms.admin("UpdateKeyDescription", KeyId=key, Description="second")
    kms.eventually(lambda: equal("second", described(kms, key)["Description"], "Description"))
    kms.admin("UpdateKeyDescription", KeyId=key, Description="")
    kms.eventually(lambda: equal("", described(kms, key)["Description"], "Description"))


@behaviour("a key is described by key ID, key ARN, alias name and alias ARN", api("DescribeKey"))
def _(kms: Target) -> None:
    arn = kms.key()
    alias = kms.alias(arn)
    kms.eventually(lambda: described(kms, alias))
    for name in (arn.rsplit("/", 1)[1], arn, alias, kms.arn(alias)):
        equal(arn, described(kms, name)["Arn"], name)


@behaviour("keys are disabled, enabled and scheduled for deletion by ARN too", api("DisableKey"))
def _(kms: Target) -> None:
    arn = kms.fresh()["Arn"]
    for operation in ("DisableKey", "EnableKey", "ScheduleKeyDeletion", "CancelKeyDeletion"):
        kms.admin(operation, KeyId=arn)


@behaviour(
    "a key ID that names no key: NotFoundException, the key as an ARN in its message",
    recorded("test_get_key_does_not_exist"),
)
def _(kms: Target) -> None:
    gone = "134f2428-cec1-4b25-a1ae-9048164dba47"
    says = f"Key '{kms.arn(f'key/{gone}')}' does not exist"
    kms.admin.refused("NotFoundException", "DescribeKey", says, KeyId=gone)


@behaviour(
    "a key ARN that names no key: the same NotFoundException",
    recorded("test_get_key_does_not_exist"),
)
def _(kms: Target) -> None:
    gone = kms.arn("key/134f2428-cec1-4b25-a1ae-9048164dba47")
    says = f"Key '{gone}' does not exist"
    kms.admin.refused("NotFoundException", "DescribeKey", says, KeyId=gone)


@behaviour(
    "what is no key ID, not even a UUID without dashes: NotFoundException, Invalid keyId",
    recorded("test_get_key_invalid_uuid"),
)
def _(kms: Target) -> None:
    for name in ("fake-key-id", "134f2428cec14b25a1ae9048164dba47", "mrk-fake-key-id"):
        says = f"Invalid keyId '{name}'"
        kms.admin.refused("NotFoundException", "DescribeKey", says, KeyId=name)


@behaviour(
    "an ARN of another Region: NotFoundException, Invalid arn and that Region",
    recorded("test_get_key_in_different_region"),
)
def _(kms: Target) -> None:
    elsewhere = kms.key().replace(REGION, "ap-southeast-1")
    says = "Invalid arn ap-southeast-1"
    kms.admin.refused("NotFoundException", "DescribeKey", says, KeyId=elsewhere)


@behaviour(
    "a key of one Region is not there in another",
    recorded("test_get_key_in_different_region"),
)
def _(kms: Target) -> None:
    key = kms.key().rsplit("/", 1)[1]
    says = f"Key '{kms.arn(f'key/{key}', kms.other_region.region)}' does not exist"
    kms.other_region.refused("NotFoundException", "DescribeKey", says, KeyId=key)


@behaviour("ListKeys names every key by ID and ARN", recorded("test_list_keys"))
def _(kms: Target) -> None:
    key, listed = kms.fresh(), []
    more: dict[str, Any] = {}
    while True:
        page = kms.admin("ListKeys", **more)
        listed += page["Keys"]
        if not page.get("Truncated"):
            break
        more = {"Marker": page["NextMarker"]}
    holds({"KeyId": key["KeyId"], "KeyArn": key["Arn"]} in listed, "the new key is not listed")


@behaviour(
    "DisableKey and EnableKey switch KeyState and Enabled, and answer nothing",
    recorded("test_disable_and_enable_key"),
)
def _(kms: Target) -> None:
    key = kms.fresh()["KeyId"]
    for operation, state in (("DisableKey", "Disabled"), ("EnableKey", "Enabled")):
        equal({}, kms.admin(operation, KeyId=key), f"the answer of {operation}")
        in_state(kms, key, state)
        equal(state == "Enabled", described(kms, key)["Enabled"], "Enabled")


@behaviour("disabling a disabled key, and enabling an enabled one, succeed", KEY_STATES)
def _(kms: Target) -> None:
    key = kms.fresh()["KeyId"]
    for operation in ("EnableKey", "DisableKey", "DisableKey", "EnableKey"):
        kms.admin(operation, KeyId=key)
