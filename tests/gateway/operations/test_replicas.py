"""Multi-Region keys: one key in several Regions, its primary, its end, its rotation."""

from typing import Any

import pytest

from harness.gateway.caller import Caller
from harness.gateway.front import Front
from harness.gateway.ring.propagation import Delay
from harness.principals import ADMIN_KEY
from tests.gateway.calls import ARN, call, caller, new_key, policy, refused, unthrottled

DAY = 86_400.0
THERE = "arn:aws:kms:eu-west-1:123456789012:key/"


def two_regions(**settings: Any) -> Front:
    return unthrottled(regions=("eu-west-1", "ap-southeast-2"), **settings)


def there(region: str = "eu-west-1") -> Caller:
    return caller(ADMIN_KEY, region)


def replicated(kms: Front, now: float = 0.0, **more: Any) -> str:
    key = new_key(kms, now, MultiRegion=True)
    call(kms, "ReplicateKey", now, KeyId=key, ReplicaRegion="eu-west-1", **more)
    return key


def test_a_replica_opens_what_the_primary_sealed_and_the_other_way_round() -> None:
    kms = two_regions()
    key = replicated(kms)
    assert key.startswith("mrk-")
    blob = call(kms, "Encrypt", KeyId=key, Plaintext="eA==")["CiphertextBlob"]
    opened = call(kms, "Decrypt", by=there(), CiphertextBlob=blob)
    assert ("eA==", f"{THERE}{key}") == (opened["Plaintext"], opened["KeyId"])
    blob = call(kms, "Encrypt", by=there(), KeyId=key, Plaintext="eQ==")["CiphertextBlob"]
    assert f"{ARN}key/{key}" == call(kms, "Decrypt", CiphertextBlob=blob)["KeyId"]


def test_both_describe_the_whole_family() -> None:
    kms = two_regions()
    key = replicated(kms)
    said = [
        call(kms, "DescribeKey", by=by, KeyId=key)["KeyMetadata"]["MultiRegionConfiguration"]
        for by in (None, there())
    ]
    kinds = [one.pop("MultiRegionKeyType") for one in said]
    assert kinds == ["PRIMARY", "REPLICA"]
    assert said[0] == said[1]
    assert said[0] == {
        "PrimaryKey": {"Arn": f"{ARN}key/{key}", "Region": "us-east-1"},
        "ReplicaKeys": [{"Arn": f"{THERE}{key}", "Region": "eu-west-1"}],
    }


def test_a_replica_has_a_policy_description_and_tags_of_its_own() -> None:
    kms = two_regions()
    key = new_key(kms, MultiRegion=True, Description="here")
    tags = [{"TagKey": "team", "TagValue": "there"}]
    made = call(
        kms,
        "ReplicateKey",
        KeyId=key,
        ReplicaRegion="eu-west-1",
        Policy=policy(),
        Description="there",
        Tags=tags,
    )
    assert (policy(), tags) == (made["ReplicaPolicy"], made["ReplicaTags"])
    said = made["ReplicaKeyMetadata"]
    assert (
        said["Description"],
        said["KeyState"],
        said["Enabled"],
    ) == ("there", "Creating", False)
    assert tags == call(kms, "ListResourceTags", by=there(), KeyId=key)["Tags"]
    assert call(kms, "ListResourceTags", KeyId=key)["Tags"] == []


def test_a_replica_is_being_created_until_all_may_feel_it() -> None:
    kms = two_regions(propagation=Delay(1.0, 3.0))
    key = replicated(kms)
    asked: dict[str, Any] = {"KeyId": key, "Plaintext": "eA=="}
    creating = ("KMSInvalidStateException", f"{THERE}{key} is creating.")
    assert creating == refused(kms, "Encrypt", 2.9, there(), **asked)
    call(kms, "Encrypt", 6, there(), **asked)


def test_what_cannot_be_replicated_is_refused() -> None:
    kms = two_regions()
    plain, key = new_key(kms), replicated(kms)

    def asked(key: str, region: str, by: Caller | None = None) -> tuple[str, str]:
        return refused(kms, "ReplicateKey", by=by, KeyId=key, ReplicaRegion=region)

    unsupported = "UnsupportedOperationException"
    text = f"Unable to replicate a non-MultiRegion key {plain}"
    assert (unsupported, text) == asked(plain, "eu-west-1")
    text = f"{THERE}{key} is not a multi-region primary key."
    assert (unsupported, text) == asked(key, "ap-southeast-2", there())
    assert asked(key, "eu-west-1")[0] == "AlreadyExistsException"
    assert asked(key, "us-east-1")[0] == "AlreadyExistsException"
    assert unsupported == asked(key, "eu-north-1")[0]
    assert asked(key, "Mars")[0] == "ValidationException"
    call(kms, "DisableKey", KeyId=key)
    assert asked(key, "ap-southeast-2")[0] == "DisabledException"


def test_another_region_leads() -> None:
    kms = two_regions()
    key = replicated(kms)
    call(kms, "EnableKeyRotation", KeyId=key, RotationPeriodInDays=90)
    call(kms, "UpdatePrimaryRegion", KeyId=key, PrimaryRegion="eu-west-1")
    said = call(kms, "DescribeKey", KeyId=key)["KeyMetadata"]["MultiRegionConfiguration"]
    assert (said["MultiRegionKeyType"], said["PrimaryKey"]["Region"]) == ("REPLICA", "eu-west-1")
    replica = f"{ARN}key/{key} is not a multi-region primary key."
    unsupported = ("UnsupportedOperationException", replica)
    assert unsupported == refused(kms, "DisableKeyRotation", KeyId=key)
    for by in (None, there()):
        status = call(kms, "GetKeyRotationStatus", by=by, KeyId=key)
        assert status["RotationPeriodInDays"] == 90


def test_only_a_region_with_a_replica_can_lead() -> None:
    kms = two_regions()
    asked: dict[str, Any] = {"KeyId": replicated(kms), "PrimaryRegion": "ap-southeast-2"}
    assert refused(kms, "UpdatePrimaryRegion", **asked)[0] == "NotFoundException"
    by_replica = refused(kms, "UpdatePrimaryRegion", by=there(), **asked)
    assert by_replica[0] == "UnsupportedOperationException"


def test_rotation_reaches_every_region() -> None:
    kms = two_regions()
    key = replicated(kms)
    call(kms, "RotateKeyOnDemand", 1, KeyId=key)
    assert refused(kms, "RotateKeyOnDemand", 1, there(), KeyId=key) == (
        "UnsupportedOperationException",
        f"{THERE}{key} is not a multi-region primary key.",
    )
    blob = call(kms, "Encrypt", 2, KeyId=key, Plaintext="eA==")["CiphertextBlob"]
    assert call(kms, "Decrypt", 2, there(), CiphertextBlob=blob)["Plaintext"] == "eA=="
    call(kms, "EnableKeyRotation", 2, KeyId=key, RotationPeriodInDays=90)
    blob = call(kms, "Encrypt", 91 * DAY, KeyId=key, Plaintext="eA==")["CiphertextBlob"]
    assert call(kms, "Decrypt", 91 * DAY, there(), CiphertextBlob=blob)["Plaintext"] == "eA=="


def test_a_primary_is_deleted_after_its_replicas() -> None:
    kms = two_regions()
    key = replicated(kms)
    scheduled = call(kms, "ScheduleKeyDeletion", KeyId=key, PendingWindowInDays=7)
    assert scheduled == {
        "KeyId": f"{ARN}key/{key}",
        "KeyState": "PendingReplicaDeletion",
        "PendingWindowInDays": 7,
    }
    said = call(kms, "DescribeKey", 90 * DAY, KeyId=key)["KeyMetadata"]
    assert said["PendingDeletionWindowInDays"] == 7
    text = f"{ARN}key/{key} is pending replica deletion."
    pending = ("KMSInvalidStateException", text)
    assert pending == refused(kms, "Encrypt", 90 * DAY, KeyId=key, Plaintext="eA==")
    asked: dict[str, Any] = {"KeyId": key, "PendingWindowInDays": 8}
    call(kms, "ScheduleKeyDeletion", 90 * DAY, there(), **asked)
    said = call(kms, "DescribeKey", 99 * DAY, KeyId=key)["KeyMetadata"]
    assert (said["KeyState"], said["DeletionDate"]) == ("PendingDeletion", 105 * DAY)
    assert refused(kms, "DescribeKey", 105 * DAY, KeyId=key)[0] == "NotFoundException"


def test_a_primary_that_waits_for_its_replicas_is_saved() -> None:
    kms = two_regions()
    key = replicated(kms)
    call(kms, "ScheduleKeyDeletion", KeyId=key)
    call(kms, "CancelKeyDeletion", KeyId=key)
    said = call(kms, "DescribeKey", KeyId=key)["KeyMetadata"]
    assert (said["KeyState"], "PendingDeletionWindowInDays" in said) == ("Disabled", False)


@pytest.mark.parametrize("operation", ["ReplicateKey", "UpdatePrimaryRegion"])
def test_a_replica_region_must_be_one(operation: str) -> None:
    kms = two_regions()
    name = {"ReplicateKey": "ReplicaRegion", "UpdatePrimaryRegion": "PrimaryRegion"}[operation]
    code, text = refused(kms, operation, 0.0, None, KeyId="k", **{name: "x"})
    assert code == "ValidationException"
    assert text.endswith("satisfy regular expression pattern: ^([a-z]+-){2,3}\\d+$")
