"""Key material is exchanged, by the calendar and on demand, and what it sealed stays readable."""

from typing import Any

from conformance.behaviour import behaviour
from conformance.behaviours.lifecycle import days_ahead, described
from conformance.expect import NotAsked, equal, holds
from conformance.sources import KEY_STATES, MODEL, api, recorded, thread
from conformance.target import MAC, SIGN, Target


def status(kms: Target, key: str) -> dict[str, Any]:
    return kms.admin("GetKeyRotationStatus", KeyId=key)


def rotations(kms: Target, key: str, **more: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = kms.admin("ListKeyRotations", KeyId=key, **more)["Rotations"]
    return found


def rotated(kms: Target) -> tuple[str, bytes]:
    """The ARN of a key that was rotated on demand, and b"old" under its first material."""

    def make() -> tuple[str, bytes]:
        key = kms.fresh()["Arn"]
        blob = kms.admin("Encrypt", KeyId=key, Plaintext=b"old")["CiphertextBlob"]
        kms.admin("RotateKeyOnDemand", KeyId=key)
        return key, blob

    key, blob = kms.once("rotated", make)
    kms.eventually(lambda: equal(1, len(rotations(kms, key)), "the number of rotations"))
    return key, blob


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


@behaviour("RotationPeriodInDays is kept", recorded("test_key_enable_rotation_status"))
def _(kms: Target) -> None:
    key = kms.fresh()["KeyId"]
    for days in (90, 180):
        kms.admin("EnableKeyRotation", KeyId=key, RotationPeriodInDays=days)
        kms.eventually(
            lambda days=days: equal(days, status(kms, key).get("RotationPeriodInDays"), "period")
        )


@behaviour("a rotation period of 89 or 2,561 days is a ValidationException", MODEL)
def _(kms: Target) -> None:
    for days in (89, 2561):
        kms.admin.refused(
            "ValidationException", "EnableKeyRotation", KeyId=kms.key(), RotationPeriodInDays=days
        )


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
    for key in (kms.key("ECC_NIST_P256", SIGN), kms.key("HMAC_256", MAC)):
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
    says = f"{kms.external()} origin is EXTERNAL which is not valid for this operation."
    kms.admin.refused(
        "UnsupportedOperationException", "EnableKeyRotation", says, KeyId=kms.external()
    )


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


@behaviour("RotateKeyOnDemand answers the KeyId", api("RotateKeyOnDemand"))
def _(kms: Target) -> None:
    key = kms.fresh()
    told = kms.admin("RotateKeyOnDemand", KeyId=key["KeyId"])["KeyId"]
    holds(told in (key["KeyId"], key["Arn"]), f"KeyId is {told}")


@behaviour(
    "what was sealed before a rotation is still decrypted after it", api("RotateKeyOnDemand")
)
def _(kms: Target) -> None:
    _, blob = rotated(kms)
    equal(b"old", kms.admin("Decrypt", CiphertextBlob=blob)["Plaintext"], "Plaintext")


@behaviour("a rotation changes the key's current key material", api("KeyMetadata"))
def _(kms: Target) -> None:
    key = kms.fresh()["KeyId"]
    before = described(kms, key).get("CurrentKeyMaterialId")
    holds(before, "there is no CurrentKeyMaterialId")
    kms.admin("RotateKeyOnDemand", KeyId=key)
    kms.eventually(
        lambda: holds(described(kms, key)["CurrentKeyMaterialId"] != before, "it is the same")
    )


@behaviour("Decrypt tells which key material it used, the older for older blobs", api("Decrypt"))
def _(kms: Target) -> None:
    key, blob = rotated(kms)
    new = kms.admin("Encrypt", KeyId=key, Plaintext=b"new")["CiphertextBlob"]
    told = [
        kms.admin("Decrypt", CiphertextBlob=one).get("KeyMaterialId", "absent")
        for one in (blob, new)
    ]
    equal(described(kms, key).get("CurrentKeyMaterialId"), told[1], "the newer KeyMaterialId")
    holds(told[0] != told[1], f"both KeyMaterialId are {told[0]}")


@behaviour("ListKeyRotations tells an on-demand rotation and its date", api("ListKeyRotations"))
def _(kms: Target) -> None:
    key, _ = rotated(kms)
    (told,) = rotations(kms, key)
    equal("ON_DEMAND", told["RotationType"], "RotationType")
    equal(0, days_ahead(told["RotationDate"]), "days from RotationDate")


@behaviour("ListKeyRotations of a key never rotated is empty", api("ListKeyRotations"))
def _(kms: Target) -> None:
    equal([], rotations(kms, kms.key()), "Rotations")


@behaviour(
    "ListKeyRotations with ALL_KEY_MATERIAL tells the first key material too",
    api("ListKeyRotations"),
)
def _(kms: Target) -> None:
    key, _ = rotated(kms)
    told = rotations(kms, key, IncludeKeyMaterial="ALL_KEY_MATERIAL")
    states = sorted(one.get("KeyMaterialState", "absent") for one in told)
    equal(["CURRENT", "NON_CURRENT"], states, "the states")


@behaviour(
    "RotateKeyOnDemand of an asymmetric key: UnsupportedOperationException",
    api("RotateKeyOnDemand"),
)
def _(kms: Target) -> None:
    key = kms.key("ECC_NIST_P256", SIGN)
    kms.admin.refused("UnsupportedOperationException", "RotateKeyOnDemand", KeyId=key)


@behaviour("a key is rotated on demand 25 times at most", api("RotateKeyOnDemand"))
def _(kms: Target) -> None:
    if kms.lasting:
        raise NotAsked("25 rotations would take a day, and cost")
    key = kms.fresh()["KeyId"]
    for _ in range(25):
        kms.admin("RotateKeyOnDemand", KeyId=key)
    kms.admin.refused("LimitExceededException", "RotateKeyOnDemand", KeyId=key)
