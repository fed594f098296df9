"""Key material is exchanged by the calendar."""

from typing import Any

from conformance.behaviour import behaviour
from conformance.behaviours.lifecycle import days_ahead
from conformance.expect import equal, holds
from conformance.sources import KEY_STATES, MODEL, api, thread, validated
from conformance.target import MAC, SIGN, Target


def status(kms: Target, key: str) -> dict[str, Any]:
    return kms.admin("GetKeyRotationStatus", KeyId=key)


def period_is(kms: Target, key: str, days: int) -> None:
    kms.eventually(lambda: equal(days, status(kms, key).get("RotationPeriodInDays"), "period"))


@behaviour("a new key is not rotated by the calendar", api("GetKeyRotationStatus"))
def _(kms: Target) -> None:
    told = status(kms, kms.fresh()["KeyId"])
    equal(False, told["KeyRotationEnabled"], "KeyRotationEnabled")
    holds("NextRotationDate" not in told, "it has a NextRotationDate")


@behaviour(
    "EnableKeyRotation rotates each 365 days, and tells the next date", api("EnableKeyRotation")
)
def _(kms: Target) -> None:
    key = kms.fresh()["KeyId"]
    kms.admin("EnableKeyRotation", KeyId=key)
    kms.eventually(lambda: equal(True, status(kms, key)["KeyRotationEnabled"], "it"))
    told = status(kms, key)
    equal(365, told.get("RotationPeriodInDays"), "RotationPeriodInDays")
    equal(365, days_ahead(told["NextRotationDate"]), "days to NextRotationDate")


@behaviour("RotationPeriodInDays is kept", validated("test_key_enable_rotation_status"))
def _(kms: Target) -> None:
    key = kms.fresh()["KeyId"]
    for days in (90, 180):
        kms.admin("EnableKeyRotation", KeyId=key, RotationPeriodInDays=days)
        period_is(kms, key, days)


@behaviour("a rotation period of 89 or 2,561 days is a ValidationException", MODEL)
def _(kms: Target) -> None:
    key = kms.fresh()["KeyId"]
    for days in (89, 2561):
        fields = {"KeyId": key, "RotationPeriodInDays": days}
        kms.admin.refused("ValidationException", "EnableKeyRotation", **fields)


@behaviour("DisableKeyRotation ends it", api("DisableKeyRotation"))
def _(kms: Target) -> None:
    key = kms.fresh()["KeyId"]
    kms.admin("EnableKeyRotation", KeyId=key)
    kms.admin("DisableKeyRotation", KeyId=key)
    kms.eventually(lambda: equal(False, status(kms, key)["KeyRotationEnabled"], "it"))


@behaviour(
    "asymmetric and HMAC keys cannot be rotated: UnsupportedOperationException",
    api("EnableKeyRotation"),
)
def _(kms: Target) -> None:
    for spec, usage in (("ECC_NIST_P256", SIGN), ("HMAC_256", MAC)):
        key = kms.fresh(KeySpec=spec, KeyUsage=usage)["KeyId"]
        kms.admin.refused("UnsupportedOperationException", "EnableKeyRotation", KeyId=key)


@behaviour(
    "GetKeyRotationStatus of an asymmetric key is false, no error",
    thread("ansible-collections/community.aws", 311),
)
def _(kms: Target) -> None:
    told = status(kms, kms.key("ECC_NIST_P256", SIGN))
    equal(False, told["KeyRotationEnabled"], "KeyRotationEnabled")


@behaviour("EnableKeyRotation of a key with imported material is refused", KEY_STATES)
def _(kms: Target) -> None:
    key = kms.fresh(Origin="EXTERNAL")["Arn"]
    says = f"{key} origin is EXTERNAL which is not valid for this operation."
    kms.admin.refused("UnsupportedOperationException", "EnableKeyRotation", says, KeyId=key)


@behaviour("disabling a key leaves its rotation status", api("GetKeyRotationStatus"))
def _(kms: Target) -> None:
    key = kms.fresh()["KeyId"]
    kms.admin("EnableKeyRotation", KeyId=key)
    kms.admin("DisableKey", KeyId=key)
    kms.eventually(lambda: equal(True, status(kms, key)["KeyRotationEnabled"], "it"))


@behaviour(
    "the rotation status of a key pending deletion is false; cancelling restores it",
    api("GetKeyRotationStatus"),
)
def _(kms: Target) -> None:
    key = kms.fresh()["KeyId"]
    kms.admin("EnableKeyRotation", KeyId=key)
    kms.admin("ScheduleKeyDeletion", KeyId=key, PendingWindowInDays=7)
    kms.eventually(lambda: equal(False, status(kms, key)["KeyRotationEnabled"], "pending, it"))
    kms.admin("CancelKeyDeletion", KeyId=key)
    kms.eventually(lambda: equal(True, status(kms, key)["KeyRotationEnabled"], "restored, it"))
