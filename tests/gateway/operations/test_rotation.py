"""Rotation: by schedule in virtual time, on demand, and what was sealed before stays readable."""

from typing import Any

import pytest

from harness.gateway.front import Front
from harness.gateway.ring.propagation import Delay
from tests.gateway.calls import ARN, call, new_key, refused, unthrottled

DAY = 86_400.0


def sealed(kms: Front, key: str, now: float = 0.0, **more: Any) -> Any:
    return call(kms, "Encrypt", now, KeyId=key, Plaintext="eA==", **more)["CiphertextBlob"]


def rotations(kms: Front, key: str, now: float, **more: Any) -> list[tuple[str, float]]:
    listed = call(kms, "ListKeyRotations", now, KeyId=key, **more)["Rotations"]
    return [(one["RotationType"], one["RotationDate"]) for one in listed]


def test_a_key_is_rotated_by_its_schedule_and_opens_all_it_sealed() -> None:
    kms = unthrottled()
    key = new_key(kms)
    call(kms, "EnableKeyRotation", KeyId=key, RotationPeriodInDays=90)
    blobs = [sealed(kms, key, day * DAY) for day in (0, 91, 181)]
    opened = [call(kms, "Decrypt", 182 * DAY, CiphertextBlob=blob) for blob in blobs]
    assert [one["Plaintext"] for one in opened] == ["eA=="] * 3
    assert len({one["KeyMaterialId"] for one in opened}) == 3
    found = [("AUTOMATIC", 90 * DAY), ("AUTOMATIC", 180 * DAY)]
    assert found == rotations(kms, key, 182 * DAY)


def test_the_status_tells_the_schedule() -> None:
    kms = unthrottled()
    key = new_key(kms)
    off = {"KeyId": key, "KeyRotationEnabled": False}
    assert off == call(kms, "GetKeyRotationStatus", KeyId=key)
    call(kms, "EnableKeyRotation", 10, KeyId=key)
    assert call(kms, "GetKeyRotationStatus", 10, KeyId=key) == {
        "KeyId": key,
        "KeyRotationEnabled": True,
        "RotationPeriodInDays": 365,
        "NextRotationDate": 10 + 365 * DAY,
    }
    call(kms, "DisableKeyRotation", 11, KeyId=key)
    assert off == call(kms, "GetKeyRotationStatus", 11, KeyId=key)
    assert rotations(kms, key, 400 * DAY) == []


def test_a_disabled_key_is_rotated_when_it_is_enabled_again() -> None:
    kms = unthrottled()
    key = new_key(kms)
    call(kms, "EnableKeyRotation", KeyId=key, RotationPeriodInDays=100)
    call(kms, "DisableKey", 50 * DAY, KeyId=key)
    assert rotations(kms, key, 149 * DAY) == []
    call(kms, "EnableKey", 150 * DAY, KeyId=key)
    assert rotations(kms, key, 150 * DAY) == [("AUTOMATIC", 150 * DAY)]
    again = [("AUTOMATIC", 150 * DAY), ("AUTOMATIC", 250 * DAY)]
    assert again == rotations(kms, key, 250 * DAY)


def test_a_key_that_waits_for_deletion_is_not_rotated_and_says_so() -> None:
    kms = unthrottled()
    key = new_key(kms)
    call(kms, "EnableKeyRotation", KeyId=key, RotationPeriodInDays=100)
    call(kms, "ScheduleKeyDeletion", 95 * DAY, KeyId=key)
    status = call(kms, "GetKeyRotationStatus", 101 * DAY, KeyId=key)
    assert {"KeyId": key, "KeyRotationEnabled": False} == status
    call(kms, "CancelKeyDeletion", 102 * DAY, KeyId=key)
    status = call(kms, "GetKeyRotationStatus", 102 * DAY, KeyId=key)
    assert status["KeyRotationEnabled"]
    assert rotations(kms, key, 103 * DAY) == []


def test_a_rotation_on_demand_leaves_the_schedule_alone() -> None:
    kms = unthrottled()
    key = new_key(kms)
    call(kms, "EnableKeyRotation", KeyId=key)
    before = sealed(kms, key)
    assert {"KeyId": f"{ARN}key/{key}"} == call(kms, "RotateKeyOnDemand", 5, KeyId=key)
    assert rotations(kms, key, 5) == [("ON_DEMAND", 5)]
    assert call(kms, "Decrypt", 6, CiphertextBlob=before)["Plaintext"] == "eA=="
    status = call(kms, "GetKeyRotationStatus", 6, KeyId=key)
    assert status["NextRotationDate"] == 365 * DAY


def test_a_rotation_on_demand_is_under_way_until_all_may_feel_it() -> None:
    kms = unthrottled(propagation=Delay(1.0, 5.0))
    key = new_key(kms)
    call(kms, "RotateKeyOnDemand", 10, KeyId=key)
    status = call(kms, "GetKeyRotationStatus", 14.9, KeyId=key)
    assert status["OnDemandRotationStartDate"] == 10
    assert refused(kms, "RotateKeyOnDemand", 14.9, KeyId=key)[0] == "ConflictException"
    assert "OnDemandRotationStartDate" not in call(kms, "GetKeyRotationStatus", 15, KeyId=key)
    blob = sealed(kms, key, 15.0)
    assert call(kms, "Decrypt", 15.0, CiphertextBlob=blob)["Plaintext"] == "eA=="


def test_a_key_is_rotated_on_demand_25_times() -> None:
    kms = unthrottled()
    key = new_key(kms)
    for second in range(25):
        call(kms, "RotateKeyOnDemand", second, KeyId=key)
    assert refused(kms, "RotateKeyOnDemand", 26, KeyId=key) == (
        "LimitExceededException",
        "The on-demand rotations limit has been reached for the given keyId. "
        f"No more on-demand rotations can be performed for this key: {ARN}key/{key}",
    )


def test_materials_are_listed_a_page_at_a_time_with_the_first_on_request() -> None:
    kms = unthrottled()
    key = new_key(kms)
    for second in (1, 2):
        call(kms, "RotateKeyOnDemand", second, KeyId=key)
    asked: dict[str, Any] = {"KeyId": key, "IncludeKeyMaterial": "ALL_KEY_MATERIAL"}
    first = call(kms, "ListKeyRotations", 3, Limit=2, **asked)
    rest = call(kms, "ListKeyRotations", 3, Marker=first["NextMarker"], **asked)
    everything = [*first["Rotations"], *rest["Rotations"]]
    states = [one["KeyMaterialState"] for one in everything]
    assert states == ["NON_CURRENT", "NON_CURRENT", "CURRENT"]
    assert "RotationDate" not in everything[0]
    assert (first["Truncated"], rest["Truncated"]) == (True, False)
    current = call(kms, "DescribeKey", 3, KeyId=key)["KeyMetadata"]["CurrentKeyMaterialId"]
    assert current == everything[-1]["KeyMaterialId"]


@pytest.mark.parametrize("operation", ["EnableKeyRotation", "DisableKeyRotation"])
def test_imported_material_is_not_rotated_by_itself(operation: str) -> None:
    kms = unthrottled()
    key = new_key(kms, Origin="EXTERNAL")
    text = f"{ARN}key/{key} origin is EXTERNAL which is not valid for this operation."
    assert ("UnsupportedOperationException", text) == refused(kms, operation, KeyId=key)


@pytest.mark.parametrize(
    "operation",
    ["EnableKeyRotation", "DisableKeyRotation", "RotateKeyOnDemand", "ListKeyRotations"],
)
@pytest.mark.parametrize(
    "kind",
    [
        {"KeySpec": "ECC_NIST_P256", "KeyUsage": "SIGN_VERIFY"},
        {"KeySpec": "HMAC_256", "KeyUsage": "GENERATE_VERIFY_MAC"},
    ],
    ids=["asymmetric", "hmac"],
)
def test_other_kinds_have_no_rotation(operation: str, kind: dict[str, Any]) -> None:
    kms = unthrottled()
    key = new_key(kms, **kind)
    assert refused(kms, operation, KeyId=key) == ("UnsupportedOperationException", "")
    assert not call(kms, "GetKeyRotationStatus", KeyId=key)["KeyRotationEnabled"]


@pytest.mark.parametrize(("days", "bound"), [(89, "greater"), (2561, "less")])
def test_a_period_has_bounds(days: int, bound: str) -> None:
    kms = unthrottled()
    code, text = refused(kms, "EnableKeyRotation", KeyId=new_key(kms), RotationPeriodInDays=days)
    limit = {89: 90, 2561: 2560}[days]
    assert (code, text) == (
        "ValidationException",
        f"1 validation error detected: Value '{days}' at 'rotationPeriodInDays' failed to satisfy "
        f"constraint: Member must have value {bound} than or equal to {limit}",
    )
