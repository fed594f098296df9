"""Whose quota a call counts against, and that it counts against all of them or none."""

from collections import Counter
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.errors import BadInput
from harness.gateway.caller import Caller
from harness.gateway.front import Front, Settings
from harness.gateway.iam.identity import Identity
from harness.gateway.quotas.bucket import Terms
from harness.gateway.quotas.limits import CONTROL_PLANE, DATA_PLANE, PAIRS, limit_of
from harness.gateway.quotas.quotas import Quotas, parse
from tests.gateway.calls import call, front, new_key, refused

THROTTLED = "ThrottlingException"
NAMES = st.lists(st.sampled_from(["symmetric", "rsa", "key_store cks-1"]), min_size=1, max_size=3)
OFFERED = st.lists(st.tuples(st.floats(0, 4), NAMES), max_size=150).map(
    lambda offered: sorted(offered, key=lambda one: one[0])
)


def quotas(terms: Terms | None = None, **own: int) -> Quotas:
    return Quotas(terms or Terms(), None, own)


def other(account: str) -> Caller:
    identity = Identity(access_key=account, arn=f"arn:aws:iam::{account}:root")
    return Caller(identity, "us-east-1")


def outcomes(kms: Front, operation: str, times: int, **fields: Any) -> Counter[str]:
    codes: Counter[str] = Counter()
    for _ in range(times):
        try:
            call(kms, operation, **fields)
        except Exception as error:
            codes[str(getattr(error, "code", error))] += 1
        else:
            codes["ok"] += 1
    return codes


@given(offered=OFFERED, most=st.integers(0, 8), consume=st.booleans())
def test_no_quota_of_several_is_ever_exceeded(
    offered: list[tuple[float, list[str]]], most: int, consume: bool
) -> None:
    held = quotas(Terms(rejects_consume=consume), symmetric=most, rsa=most, key_store=most)
    passed: Counter[tuple[int, str]] = Counter()
    for now, names in offered:
        if held.take("1", "us-east-1", names, now, None):
            passed.update((int(now), name) for name in names)
    assert all(count <= most for count in passed.values())


@given(offered=OFFERED, most=st.integers(0, 8))
def test_a_refused_call_uses_up_no_quota(offered: list[tuple[float, list[str]]], most: int) -> None:
    held = quotas(symmetric=most, rsa=most, key_store=most)
    passed: Counter[tuple[int, str]] = Counter()
    for now, names in offered:
        wanted = Counter((int(now), name) for name in names)
        fits = all(passed[one] + count <= most for one, count in wanted.items())
        assert fits == held.take("1", "us-east-1", names, now, None)
        passed.update(wanted if fits else ())


def test_the_calling_account_pays_and_not_the_owner() -> None:
    held = quotas(symmetric=1)
    assert held.take("caller", "us-east-1", ("symmetric",), 0.0, None)
    assert not held.take("caller", "us-east-1", ("symmetric",), 0.0, None)
    assert held.take("owner", "us-east-1", ("symmetric",), 0.0, None)
    assert held.take("caller", "eu-west-1", ("symmetric",), 0.0, None)


def test_a_key_store_is_shared_by_all_who_use_its_keys() -> None:
    held = quotas(key_store=1)
    names = ("symmetric", "key_store cks-1")
    assert held.take("one", "us-east-1", names, 0.0, None)
    assert not held.take("another", "us-east-1", names, 0.0, None)
    assert held.take("another", "us-east-1", ("symmetric", "key_store cks-2"), 0.0, None)


def test_a_quota_in_another_region_is_that_regions_own() -> None:
    held = quotas(CreateKey=2)
    names = ("ReplicateKey", "CreateKey@eu-west-1", "CreateKey@eu-west-1")
    assert held.take("1", "us-east-1", names, 0.0, None)
    assert not held.take("1", "eu-west-1", ("CreateKey",), 0.0, None)
    assert held.take("1", "us-east-1", ("CreateKey",), 0.0, None)


def test_a_throttled_caller_stands_in_nobody_elses_way() -> None:
    kms = front(Settings(quota=1))
    key = new_key(kms)
    asked: dict[str, Any] = {"KeyId": key, "KeySpec": "AES_256"}
    assert outcomes(kms, "GenerateDataKey", 5, **asked) == {"ok": 1, THROTTLED: 4}
    stranger = other("999999999999")
    assert len(call(kms, "GenerateRandom", by=stranger, NumberOfBytes=24)["Plaintext"]) == 32


def test_random_bytes_and_codes_share_the_quota_of_symmetric_keys() -> None:
    kms = front(Settings(quota=2))
    key = new_key(kms, KeySpec="HMAC_256", KeyUsage="GENERATE_VERIFY_MAC")
    asked: dict[str, Any] = {"KeyId": key, "Message": b"x", "MacAlgorithm": "HMAC_SHA_256"}
    call(kms, "GenerateRandom", NumberOfBytes=8)
    call(kms, "GenerateMac", **asked)
    assert refused(kms, "VerifyMac", Mac=b"x", **asked)[0] == THROTTLED


def test_each_spec_of_key_pair_has_a_quota_of_its_own_and_shares_none() -> None:
    kms = front(Settings(quota=1, quotas={"ECC_NIST_P256": 2}))
    asked: dict[str, Any] = {"KeyId": new_key(kms), "KeyPairSpec": "ECC_NIST_P256"}
    assert outcomes(kms, "GenerateDataKeyPair", 3, **asked) == {"ok": 2, THROTTLED: 1}
    both = "GenerateDataKeyPairWithoutPlaintext"
    assert refused(kms, both, **asked)[0] == THROTTLED
    call(kms, both, **asked | {"KeyPairSpec": "ECC_NIST_P384"})
    call(kms, "GenerateDataKey", KeyId=asked["KeyId"], KeySpec="AES_256")


def test_signing_counts_by_the_kind_of_key() -> None:
    kms = front(Settings(quotas={"ecc": 1}))
    key = new_key(kms, KeySpec="ECC_NIST_P256", KeyUsage="SIGN_VERIFY")
    asked: dict[str, Any] = {"KeyId": key, "Message": b"x", "SigningAlgorithm": "ECDSA_SHA_256"}
    assert outcomes(kms, "Sign", 2, **asked) == {"ok": 1, THROTTLED: 1}
    call(kms, "GenerateRandom", NumberOfBytes=8)


def test_a_hot_key_is_throttled_below_the_quota_of_the_operation() -> None:
    kms = front(Settings(quotas={"hot_key": 3}))
    hot, cold = new_key(kms), new_key(kms)
    for operation in ("DisableKey", "EnableKey", "DisableKey"):
        call(kms, operation, KeyId=hot)
    assert refused(kms, "EnableKey", KeyId=hot)[0] == THROTTLED
    call(kms, "DisableKey", KeyId=cold)
    call(kms, "EnableKey", 1.0, KeyId=hot)


def test_reencrypting_counts_once_for_two_keys_of_a_kind() -> None:
    kms = front(Settings(quota=2))
    one, two = new_key(kms), new_key(kms)
    blob = call(kms, "Encrypt", KeyId=one, Plaintext=b"x")["CiphertextBlob"]
    call(kms, "ReEncrypt", CiphertextBlob=blob, SourceKeyId=one, DestinationKeyId=two)
    assert refused(kms, "GenerateRandom", NumberOfBytes=8)[0] == THROTTLED


def test_a_quota_below_one_passes_one_call_in_a_longer_window() -> None:
    held = quotas()
    passed = [s for s in range(40) if held.take("1", "cn-north-1", ("RSA_4096",), float(s), None)]
    assert passed == [0, 10, 20, 30]


def test_made_up_accounts_cost_no_memory() -> None:
    held = quotas()
    for number in range(25_000):
        held.take(str(number), "us-east-1", ("symmetric",), number / 100_000, None)
    assert len(held) <= 10_000


def test_every_quota_can_be_set_by_its_name() -> None:
    names = {"symmetric", "rsa", "ecc", "ml_dsa", "key_store", "hot_key", *CONTROL_PLANE, *PAIRS}
    assert dict.fromkeys(names, 7) == parse([f"{name}=7" for name in names])
    with pytest.raises(BadInput, match=r"got 'rsaa=7'"):
        parse(["rsaa=7"])


def test_every_quota_has_a_limit_in_every_region() -> None:
    for region in ("us-east-1", "eu-central-1", "sa-east-1", "cn-north-1"):
        for name in ("symmetric", *CONTROL_PLANE, *PAIRS, "rsa", "key_store cks-1", "hot_key a"):
            assert limit_of(name, region, None) > 0
    assert {"Sign", "GenerateMac"} < set(DATA_PLANE)
