"""Multi-Region keys: one key, its replicas elsewhere, and the primary's role handed on."""

import re
from typing import Any

from conformance.behaviour import behaviour
from conformance.behaviours.lifecycle import described
from conformance.expect import equal, holds
from conformance.sources import api, guide, recorded
from conformance.target import OTHER_REGION, REGION, Target


def primary(kms: Target) -> dict[str, Any]:
    return kms.fresh(MultiRegion=True)


def replicated(kms: Target, **more: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    """A primary key, and what ReplicateKey answered about its replica, which is usable by now."""
    key = primary(kms)
    told = kms.admin("ReplicateKey", KeyId=key["KeyId"], ReplicaRegion=OTHER_REGION, **more)
    kms.must_go(kms.other_region, key["KeyId"])
    kms.eventually(lambda: equal("Enabled", replica(kms, key["KeyId"])["KeyState"], "KeyState"))
    return key, told


def replica(kms: Target, key: str) -> dict[str, Any]:
    found: dict[str, Any] = kms.other_region("DescribeKey", KeyId=key)["KeyMetadata"]
    return found


@behaviour("a multi-Region key's ID is mrk- and 32 digits", guide("multi-region-keys-overview"))
def _(kms: Target) -> None:
    key = primary(kms)
    holds(re.fullmatch("mrk-[0-9a-f]{32}", key["KeyId"]), f"KeyId is {key['KeyId']}")


@behaviour(
    "a new multi-Region key is a primary without replicas", recorded("test_create_multi_region_key")
)
def _(kms: Target) -> None:
    key = primary(kms)
    equal(True, key.get("MultiRegion"), "MultiRegion")
    wanted = {
        "MultiRegionKeyType": "PRIMARY",
        "PrimaryKey": {"Arn": key["Arn"], "Region": REGION},
        "ReplicaKeys": [],
    }
    equal(wanted, key.get("MultiRegionConfiguration"), "MultiRegionConfiguration")


@behaviour(
    "a single-Region key has no MultiRegionConfiguration",
    recorded("test_non_multi_region_keys_should_not_have_multi_region_properties"),
)
def _(kms: Target) -> None:
    key = described(kms, kms.key())
    equal((False, False), (key["MultiRegion"], "MultiRegionConfiguration" in key), "it")


@behaviour("ReplicateKey makes the same key in another Region", recorded("test_replicate_key"))
def _(kms: Target) -> None:
    key, told = replicated(kms, Description="replica")
    made = told["ReplicaKeyMetadata"]
    equal(key["KeyId"], made["KeyId"], "KeyId")
    equal(key["Arn"].replace(REGION, OTHER_REGION), made["Arn"], "Arn")
    equal("REPLICA", made["MultiRegionConfiguration"]["MultiRegionKeyType"], "the kind")
    equal("replica", replica(kms, key["KeyId"])["Description"], "Description")


@behaviour(
    "ReplicateKey answers the replica's policy, the default one", recorded("test_replicate_key")
)
def _(kms: Target) -> None:
    _, told = replicated(kms)
    holds("Enable IAM User Permissions" in told["ReplicaPolicy"], "ReplicaPolicy is another")


@behaviour("primary and replica tell of each other", recorded("test_replicate_key"))
def _(kms: Target) -> None:
    key, _ = replicated(kms)
    arn = key["Arn"].replace(REGION, OTHER_REGION)
    for told in (described(kms, key["KeyId"]), replica(kms, key["KeyId"])):
        found = told["MultiRegionConfiguration"]
        equal({"Arn": key["Arn"], "Region": REGION}, found["PrimaryKey"], "PrimaryKey")
        equal([{"Arn": arn, "Region": OTHER_REGION}], found["ReplicaKeys"], "ReplicaKeys")


@behaviour(
    "a replica decrypts what its primary sealed, and the other way", guide("mrk-how-it-works")
)
def _(kms: Target) -> None:
    key, _ = replicated(kms)
    for there, here in ((kms.admin, kms.other_region), (kms.other_region, kms.admin)):
        blob = there("Encrypt", KeyId=key["KeyId"], Plaintext=b"both")["CiphertextBlob"]
        opened = here("Decrypt", CiphertextBlob=blob, KeyId=key["KeyId"])
        equal(b"both", opened["Plaintext"], f"Plaintext in {here.region}")


@behaviour("a replica is disabled by itself", guide("multi-region-keys-overview"))
def _(kms: Target) -> None:
    key, _ = replicated(kms)
    kms.other_region("DisableKey", KeyId=key["KeyId"])
    kms.eventually(lambda: equal("Disabled", replica(kms, key["KeyId"])["KeyState"], "its state"))
    equal("Enabled", described(kms, key["KeyId"])["KeyState"], "the primary's state")


@behaviour("a second replica in the same Region: AlreadyExistsException", api("ReplicateKey"))
def _(kms: Target) -> None:
    key, _ = replicated(kms)
    fields = {"KeyId": key["KeyId"], "ReplicaRegion": OTHER_REGION}
    kms.admin.refused("AlreadyExistsException", "ReplicateKey", **fields)


@behaviour(
    "ReplicateKey of a single-Region key: UnsupportedOperationException", api("ReplicateKey")
)
def _(kms: Target) -> None:
    fields = {"KeyId": kms.fresh()["KeyId"], "ReplicaRegion": OTHER_REGION}
    kms.admin.refused("UnsupportedOperationException", "ReplicateKey", **fields)


@behaviour("ReplicateKey of a disabled key: DisabledException", api("ReplicateKey"))
def _(kms: Target) -> None:
    key = primary(kms)["KeyId"]
    kms.admin("DisableKey", KeyId=key)
    fields = {"KeyId": key, "ReplicaRegion": OTHER_REGION}
    kms.admin.refused("DisabledException", "ReplicateKey", **fields)


@behaviour("UpdatePrimaryRegion hands the primary's role on", guide("multi-region-update"))
def _(kms: Target) -> None:
    key, _ = replicated(kms)
    kms.admin("UpdatePrimaryRegion", KeyId=key["KeyId"], PrimaryRegion=OTHER_REGION)
    arn = key["Arn"].replace(REGION, OTHER_REGION)

    def check() -> None:
        new, old = (one["MultiRegionConfiguration"] for one in both())
        equal(("PRIMARY", "REPLICA"), (new["MultiRegionKeyType"], old["MultiRegionKeyType"]), "it")
        equal(
            [{"Arn": arn, "Region": OTHER_REGION}] * 2, [new["PrimaryKey"], old["PrimaryKey"]], "it"
        )

    def both() -> tuple[dict[str, Any], dict[str, Any]]:
        return replica(kms, key["KeyId"]), described(kms, key["KeyId"])

    kms.eventually(check)


@behaviour("a primary with replicas that is to go waits for them", api("ScheduleKeyDeletion"))
def _(kms: Target) -> None:
    key, _ = replicated(kms)
    told = kms.admin("ScheduleKeyDeletion", KeyId=key["KeyId"], PendingWindowInDays=7)
    equal("PendingReplicaDeletion", told.get("KeyState"), "KeyState")
    holds("DeletionDate" not in told, "there is a DeletionDate")


@behaviour("rotation is set on the primary only", api("EnableKeyRotation"))
def _(kms: Target) -> None:
    key, _ = replicated(kms)
    kms.other_region.refused(
        "UnsupportedOperationException", "EnableKeyRotation", KeyId=key["KeyId"]
    )
    kms.admin("EnableKeyRotation", KeyId=key["KeyId"])

    def check() -> None:
        told = kms.other_region("GetKeyRotationStatus", KeyId=key["KeyId"])
        equal(True, told["KeyRotationEnabled"], "the replica's KeyRotationEnabled")

    kms.eventually(check)
