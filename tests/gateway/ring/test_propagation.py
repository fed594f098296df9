"""Changes are felt after a delay: within its bounds, in their order, by each connection at its own
time, and the same under the same seed."""

from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.errors import BadInput
from harness.gateway.front import Front, Settings
from harness.gateway.iam.policy import key_policy
from harness.gateway.ring.key import Key
from harness.gateway.ring.propagation import Delay, Propagation, parse
from tests.gateway.calls import call, front, new_key, platform, platform_may, policy, refused

KEY = Key(
    id="k",
    arn="arn:aws:kms:us-east-1:123456789012:key/k",
    account="123456789012",
    created_s=0.0,
    policy=key_policy(policy(), "123456789012"),
)


def version(number: int) -> Key:
    return replace(KEY, description=str(number))


@given(
    st.lists(st.floats(0, 20), min_size=1, max_size=8).map(sorted),
    st.floats(0, 40),
    st.integers(0, 1000),
    st.integers(0, 5),
)
def test_a_version_is_seen_no_later_than_the_longest_delay_and_none_before_its_time(
    changes: list[float], now: float, connection: int, seed: int
) -> None:
    felt = Propagation(Delay(1.0, 5.0), seed)
    for number, at_s in enumerate(changes):
        felt.changed(version(number), at_s)
    happened = [at_s for at_s in changes if at_s <= now]
    seen = int(felt.seen(version(len(changes)), now, connection).description)
    surely = sum(at_s + 5.0 <= now for at_s in changes)
    possibly = sum(at_s + 1.0 <= now for at_s in happened)
    assert surely <= seen <= max(possibly, surely)


@given(st.integers(0, 1000), st.lists(st.floats(0, 30), min_size=2, max_size=10).map(sorted))
def test_nobody_ever_sees_a_key_go_back(connection: int, times: list[float]) -> None:
    felt = Propagation(Delay(0.5, 8.0), seed=3)
    for number in range(4):
        felt.changed(version(number), number * 2.0)
    later = [time for time in times if time >= 6.0]
    seen = [int(felt.seen(version(4), now, connection).description) for now in later]
    assert all(one <= other for one, other in pairwise(seen))


def test_connections_differ_and_the_same_seed_delays_alike() -> None:
    one, other = Propagation(Delay(1.0, 5.0), 7), Propagation(Delay(1.0, 5.0), 7)
    delays = [one.delay_s(1, connection) for connection in range(100)]
    assert delays == [other.delay_s(1, connection) for connection in range(100)]
    assert min(delays) < 2.0 < 4.0 < max(delays)


def revoked(kms: Front) -> str:
    key = new_key(kms, Policy=policy(platform_may("kms:GenerateDataKey")))
    call(kms, "DisableKey", 10.0, KeyId=key)
    return f"arn:aws:kms:us-east-1:123456789012:key/{key}"


def test_a_disabled_key_goes_on_for_the_delay_and_not_longer() -> None:
    kms = front(Settings(propagation=Delay(2.0, 2.0)))
    key = revoked(kms)
    asked = {"KeyId": key, "KeySpec": "AES_256"}
    call(kms, "GenerateDataKey", 11.9, platform(), **asked)
    assert refused(kms, "GenerateDataKey", 12.1, platform(), **asked)[0] == "DisabledException"


def test_the_admin_sees_the_truth_at_once() -> None:
    kms = front(Settings(propagation=Delay(60.0, 60.0)))
    key = revoked(kms)
    assert call(kms, "DescribeKey", 10.0, KeyId=key)["KeyMetadata"]["KeyState"] == "Disabled"


def test_two_connections_may_disagree_for_a_while() -> None:
    kms = front(Settings(propagation=Delay(1.0, 5.0)))
    key = revoked(kms)
    body = b'{"KeyId":"%b","KeySpec":"AES_256"}' % key.encode()
    codes = {kms.answer("GenerateDataKey", body, 13.0, platform(c)).code for c in range(50)}
    assert codes == {"ok", "DisabledException"}
    after = {kms.answer("GenerateDataKey", body, 15.1, platform(c)).code for c in range(50)}
    assert after == {"DisabledException"}


@pytest.mark.parametrize("text", ["", "5s,1s", "-1s", "2h", "1s,2s,3s", "61m"])
def test_a_delay_that_is_none_is_told_in_one_line(text: str) -> None:
    with pytest.raises(BadInput, match=r"--propagation: got .*, wanted 0, or a delay like 2s"):
        parse(text)


def test_delays_are_written_as_one_would_write_them() -> None:
    assert [parse(text) for text in ("0", "250ms", "1s,5m")] == [
        Delay(),
        Delay(0.25, 0.25),
        Delay(1.0, 300.0),
    ]
