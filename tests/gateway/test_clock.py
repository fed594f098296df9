"""Time that passes faster: what is due for keys happens, and nothing else notices."""

import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from harness.admin import Admin
from harness.errors import BadInput
from tests.gateway.calls import front, refused
from tests.gateway.running import Running, started

DAY_S = 86_400
WEEK_S = 7 * DAY_S


@pytest.fixture
def running() -> Iterator[Running]:
    with started("--verify-signatures") as gateway:
        yield gateway


@pytest.fixture
def kms(running: Running) -> Any:
    return running.client()


def a_key(kms: Any, **fields: Any) -> str:
    return str(kms.create_key(**fields)["KeyMetadata"]["Arn"])


def code(kms: Any, operation: str, **fields: Any) -> str:
    try:
        getattr(kms, operation)(**fields)
    except ClientError as error:
        return str(error.response["Error"]["Code"])
    return "ok"


def test_a_deletion_comes_due_and_one_scheduled_later_waits_its_own_week(
    running: Running, kms: Any
) -> None:
    first, second = a_key(kms), a_key(kms)
    kms.create_alias(AliasName="alias/first", TargetKeyId=first)
    kms.schedule_key_deletion(KeyId=first, PendingWindowInDays=7)
    assert code(kms, "describe_key", KeyId="alias/first") == "ok"
    assert running.ask("PUT", "/_ekm/clock", {"ahead_s": WEEK_S}) == (200, {"ahead_s": WEEK_S})
    assert code(kms, "describe_key", KeyId="alias/first") == "NotFoundException"
    assert code(kms, "generate_data_key", KeyId=second, KeySpec="AES_256") == "ok"
    kms.schedule_key_deletion(KeyId=second, PendingWindowInDays=7)
    assert kms.describe_key(KeyId=second)["KeyMetadata"]["KeyState"] == "PendingDeletion"
    Admin(running.url).go_ahead(2 * WEEK_S)
    assert code(kms, "describe_key", KeyId=second) == "NotFoundException"
    assert Admin(running.url).ahead_s() == 2 * WEEK_S


def test_rotations_come_due_one_after_the_other_and_old_blobs_open(
    running: Running, kms: Any
) -> None:
    key = a_key(kms)
    blob = kms.encrypt(KeyId=key, Plaintext=b"before")["CiphertextBlob"]
    kms.enable_key_rotation(KeyId=key, RotationPeriodInDays=90)
    Admin(running.url).go_ahead(200 * DAY_S)
    rotations = kms.list_key_rotations(KeyId=key)["Rotations"]
    assert [one["RotationType"] for one in rotations] == ["AUTOMATIC", "AUTOMATIC"]
    assert rotations[1]["RotationDate"] - rotations[0]["RotationDate"] == timedelta(days=90)
    assert kms.decrypt(CiphertextBlob=blob)["Plaintext"] == b"before"


def test_dates_in_answers_agree_with_the_keys_time(running: Running, kms: Any) -> None:
    Admin(running.url).go_ahead(WEEK_S)
    made_s = kms.create_key()["KeyMetadata"]["CreationDate"].timestamp()
    assert WEEK_S - 1 < made_s - time.time() < WEEK_S + 60


def test_signatures_and_the_windows_of_faults_go_by_the_clock(running: Running, kms: Any) -> None:
    key = a_key(kms)
    error = {"code": "KMSInternalException"}
    running.ask("POST", "/_ekm/faults", {"operation": "Encrypt", "error": error, "lasts_s": 3600})
    Admin(running.url).go_ahead(WEEK_S)
    assert code(kms, "encrypt", KeyId=key, Plaintext=b"x") == "KMSInternalException"
    assert code(kms, "describe_key", KeyId=key) == "ok"


def test_quotas_go_by_the_clock() -> None:
    kms = front()
    counted = "ListGrants"
    while refused(kms, counted, 5.2, KeyId="absent")[0] == "NotFoundException":
        pass
    kms.world.go_ahead(WEEK_S + 0.5, 5.4)
    assert refused(kms, counted, 5.6, KeyId="absent")[0] == "ThrottlingException"
    assert refused(kms, counted, 6.0, KeyId="absent")[0] == "NotFoundException"


@pytest.mark.parametrize(
    "wrong",
    [-1, 10 * 365 * DAY_S + 1, "7d", True, None, {}],
)
def test_what_is_no_number_within_ten_years_is_refused(running: Running, wrong: Any) -> None:
    status, said = running.ask("PUT", "/_ekm/clock", {"ahead_s": wrong})
    assert status == 400
    assert "ahead_s" in said["error"]
    assert "\n" not in said["error"]
    assert running.ask("GET", "/_ekm/clock") == (200, {"ahead_s": 0.0})


def test_time_never_goes_back_and_the_same_again_is_no_error(running: Running) -> None:
    admin = Admin(running.url)
    admin.go_ahead(60)
    admin.go_ahead(60)
    with pytest.raises(BadInput, match="ahead_s: got '59', wanted 60 or more: time never goes"):
        admin.go_ahead(59)
    assert admin.ahead_s() == 60


def test_what_came_due_stays_with_the_state_and_a_new_process_is_at_its_clock(
    tmp_path: Path,
) -> None:
    kept = ("--state", str(tmp_path / "state"), "--state-key-file", str(tmp_path / "key"))
    with started(*kept) as gateway:
        kms = gateway.client()
        gone, stays = a_key(kms), a_key(kms)
        kms.schedule_key_deletion(KeyId=gone, PendingWindowInDays=7)
        Admin(gateway.url).go_ahead(WEEK_S)
        kms.list_keys()
    with started(*kept) as gateway:
        kms = gateway.client()
        assert code(kms, "describe_key", KeyId=gone) == "NotFoundException"
        assert code(kms, "describe_key", KeyId=stays) == "ok"
        assert Admin(gateway.url).ahead_s() == 0
