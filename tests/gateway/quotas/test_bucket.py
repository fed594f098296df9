"""The request quota: what passes in a window, what is carried over, what refusals cost."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.gateway.front import Settings
from harness.gateway.quotas.bucket import Bucket, Terms
from harness.gateway.quotas.limits import shared_quota
from tests.gateway.calls import call, front, new_key, refused

TIMES = st.lists(st.floats(0, 5), max_size=200).map(sorted)


def accepted(bucket: Bucket, times: list[float], limit: int) -> list[int]:
    """Seconds of the calls that passed."""
    return [int(now) for now in times if bucket.take(now, limit)]


@given(times=TIMES, limit=st.integers(0, 30), consume=st.booleans())
def test_never_more_than_the_quota_passes_in_a_window(
    times: list[float], limit: int, consume: bool
) -> None:
    passed = accepted(Bucket(Terms(rejects_consume=consume)), times, limit)
    assert all(passed.count(second) <= limit for second in range(6))


@given(times=TIMES, limit=st.integers(0, 30))
def test_what_fits_the_quota_passes_where_refusals_are_free(times: list[float], limit: int) -> None:
    passed = accepted(Bucket(Terms()), times, limit)
    offered = [int(now) for now in times]
    for second in range(6):
        assert min(offered.count(second), limit) == passed.count(second)


@given(times=TIMES, limit=st.integers(1, 30), burst_s=st.floats(0, 3))
def test_a_burst_is_bounded_by_its_credit(times: list[float], limit: int, burst_s: float) -> None:
    passed = accepted(Bucket(Terms(burst_s=burst_s)), times, limit)
    most = limit + int(burst_s * limit)
    assert all(passed.count(second) <= most for second in range(6))


def test_unused_quota_is_carried_over_as_far_as_the_terms_say() -> None:
    bucket = Bucket(Terms(burst_s=1.5))
    assert accepted(bucket, [0.0] * 4, 10) == [0] * 4
    # Two idle windows would leave 26 calls; the terms keep 15 of them.
    assert len(accepted(bucket, [3.0] * 100, 10)) == 25
    assert len(accepted(bucket, [4.0] * 100, 10)) == 10


def test_refusals_that_cost_keep_goodput_down_until_the_load_falls_below_the_quota() -> None:
    bucket = Bucket(Terms(rejects_consume=True))
    windows = [len(accepted(bucket, [float(s)] * 15, 10)) for s in range(5)]
    assert windows == [10, 5, 0, 0, 0]
    eased = [len(accepted(bucket, [float(s)] * 8, 10)) for s in range(5, 12)]
    assert eased == [0, 2, 4, 6, 8, 8, 8]


def test_a_quota_lowered_within_a_window_leaves_no_debt_for_the_next() -> None:
    bucket = Bucket(Terms())
    assert len(accepted(bucket, [0.1] * 80, 100)) == 80
    assert accepted(bucket, [0.5] * 5, 40) == []
    assert len(accepted(bucket, [1.0] * 80, 40)) == 40


def test_a_clock_that_steps_back_begins_another_window() -> None:
    bucket = Bucket(Terms())
    assert len(accepted(bucket, [9.0] * 9, 5)) == 5
    assert len(accepted(bucket, [3.0] * 9, 5)) == 5


@pytest.mark.parametrize(
    ("region", "quota"), [("us-east-1", 100_000), ("eu-central-1", 20_000), ("sa-east-1", 10_000)]
)
def test_each_region_has_the_quota_aws_documents(region: str, quota: int) -> None:
    assert quota == shared_quota(region) == front(Settings(region=region)).quota


def test_the_data_plane_shares_one_quota_and_the_control_plane_does_not() -> None:
    kms = front(Settings(quota=3))
    key = new_key(kms)
    made = call(kms, "GenerateDataKey", KeyId=key, KeySpec="AES_256")
    call(kms, "Decrypt", CiphertextBlob=made["CiphertextBlob"])
    call(kms, "Encrypt", KeyId=key, Plaintext=b"x")
    assert refused(kms, "GenerateDataKey", KeyId=key, KeySpec="AES_256") == (
        "ThrottlingException",
        "You have exceeded the rate at which you may call KMS. Reduce the frequency of your calls.",
    )
    call(kms, "DescribeKey", KeyId=key)
    call(kms, "GenerateDataKey", 1.0, KeyId=key, KeySpec="AES_256")
    for _ in range(4):
        new_key(kms)
    assert refused(kms, "CreateKey")[0] == "ThrottlingException"


def test_a_throttle_has_the_exact_body_aws_sends() -> None:
    answer = front(Settings(quota=0)).answer("Decrypt", b'{"CiphertextBlob":"AAAA"}', 0.0)
    assert answer[:3] == (
        400,
        "ThrottlingException",
        b'{"__type":"ThrottlingException","message":"You have exceeded the rate at which you may '
        b'call KMS. Reduce the frequency of your calls."}',
    )


def test_every_call_is_counted_once_by_operation_and_outcome() -> None:
    kms = front(Settings(quota=2))
    key = new_key(kms)
    for _ in range(5):
        kms.answer("GenerateDataKey", b'{"KeyId":"%b","KeySpec":"AES_256"}' % key.encode(), 0.5)
    assert kms.requests["GenerateDataKey"] == 5
    assert dict(kms.answered["GenerateDataKey"]) == {"ok": 2, "ThrottlingException": 3}
