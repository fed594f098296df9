"""A key's deletion is scheduled, waited for and cancelled."""

from conformance.behaviour import behaviour
from conformance.behaviours.lifecycle import days_ahead, described, in_state
from conformance.expect import equal, holds
from conformance.sources import KEY_STATES, api, recorded
from conformance.target import Target


@behaviour(
    "ScheduleKeyDeletion answers the key's ARN, state, window and date",
    api("ScheduleKeyDeletion"),
)
def _(kms: Target) -> None:
    key = kms.fresh()
    told = kms.admin("ScheduleKeyDeletion", KeyId=key["KeyId"], PendingWindowInDays=7)
    equal(key["Arn"], told["KeyId"], "KeyId")
    equal("PendingDeletion", told["KeyState"], "KeyState")
    equal(7, told["PendingWindowInDays"], "PendingWindowInDays")
    equal(7, days_ahead(told["DeletionDate"]), "days to DeletionDate")


@behaviour("a deletion waits for 30 days where nothing is said", api("ScheduleKeyDeletion"))
def _(kms: Target) -> None:
    told = kms.admin("ScheduleKeyDeletion", KeyId=kms.fresh()["KeyId"])
    equal(30, days_ahead(told["DeletionDate"]), "days to DeletionDate")
    equal(30, told.get("PendingWindowInDays"), "PendingWindowInDays")


@behaviour("a window of 6 or of 31 days is refused", api("ScheduleKeyDeletion"))
def _(kms: Target) -> None:
    key = kms.fresh()["KeyId"]
    for days in (6, 31):
        kms.admin.refused(
            "ValidationException", "ScheduleKeyDeletion", KeyId=key, PendingWindowInDays=days
        )


@behaviour(
    "a key that is to go is described with its date, and is not enabled",
    recorded("test_schedule_and_cancel_key_deletion"),
)
def _(kms: Target) -> None:
    key = kms.fresh()["KeyId"]
    kms.admin("ScheduleKeyDeletion", KeyId=key, PendingWindowInDays=7)
    in_state(kms, key, "PendingDeletion")
    equal(False, described(kms, key)["Enabled"], "Enabled")
    holds("DeletionDate" in described(kms, key), "there is no DeletionDate")


@behaviour(
    "CancelKeyDeletion answers the ARN and leaves the key Disabled, without a date",
    recorded("test_schedule_and_cancel_key_deletion"),
)
def _(kms: Target) -> None:
    key = kms.fresh()
    kms.admin("ScheduleKeyDeletion", KeyId=key["KeyId"], PendingWindowInDays=7)
    told = kms.admin("CancelKeyDeletion", KeyId=key["KeyId"])
    equal(key["Arn"], told.get("KeyId"), "KeyId")
    in_state(kms, key["KeyId"], "Disabled")
    holds("DeletionDate" not in described(kms, key["KeyId"]), "there is still a DeletionDate")


@behaviour("CancelKeyDeletion of a key that is not to go: KMSInvalidStateException", KEY_STATES)
def _(kms: Target) -> None:
    key = kms.fresh()["Arn"]
    says = f"{key} is not pending deletion."
    kms.admin.refused("KMSInvalidStateException", "CancelKeyDeletion", says, KeyId=key)


@behaviour("a cancelled deletion gives back a key that decrypts what it sealed", api("EnableKey"))
def _(kms: Target) -> None:
    key = kms.fresh()["KeyId"]
    blob = kms.admin("Encrypt", KeyId=key, Plaintext=b"kept")["CiphertextBlob"]
    kms.admin("ScheduleKeyDeletion", KeyId=key, PendingWindowInDays=7)
    kms.admin("CancelKeyDeletion", KeyId=key)
    kms.admin("EnableKey", KeyId=key)
    kms.eventually(
        lambda: equal(b"kept", kms.admin("Decrypt", CiphertextBlob=blob)["Plaintext"], "Plaintext")
    )


@behaviour("a disabled key can be scheduled for deletion", KEY_STATES)
def _(kms: Target) -> None:
    key = kms.fresh()["KeyId"]
    kms.admin("DisableKey", KeyId=key)
    told = kms.admin("ScheduleKeyDeletion", KeyId=key, PendingWindowInDays=7)
    equal("PendingDeletion", told.get("KeyState"), "KeyState")
