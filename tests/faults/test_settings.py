"""What each fault can be told, and what it says of itself."""

import random
import statistics
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.errors import BadInput
from harness.gateway.strikes import Fate
from harness.registry import make
from harness.strike import at


@pytest.mark.parametrize(
    ("fault", "settings", "text"),
    [
        ("latency", {"p50": "200ms"}, "latency: calls delayed by 0.2 s"),
        (
            "latency",
            {"p50": 1, "p99": "4s", "shape": "pareto", "share": "30%", "operation": "Decrypt"},
            "latency: 30% of Decrypt calls delayed, median 1 s, p99 4 s, pareto",
        ),
        ("error", {"code": "Odd"}, "error: calls answered Odd"),
        ("reset", {"share": 0.5}, "reset: 50% of calls cut off by a reset"),
        ("black_hole", {"operation": "*"}, "black_hole: all calls never answered"),
        ("slow_answer", {"rate": "1KiB/s"}, "slow_answer: calls answered at 1024 bytes a second"),
        ("truncated", {"kept": "90%"}, "truncated: calls answered with 90% of the answer"),
        ("corrupt", {"altered": "3"}, "corrupt: calls answered with 3 bytes altered"),
        ("outage", {}, "outage: all calls answered 503"),
        (
            "outage",
            {"mode": "black_hole", "lasts": "1m"},
            "outage: all calls never answered, for 60 s",
        ),
        (
            "throttle",
            {"quota": 5, "operation": ["Decrypt", "Encrypt"]},
            "throttle: quota 5/s for Decrypt and Encrypt calls",
        ),
        ("key_deletion", {}, "key pending deletion"),
        (
            "key_deletion",
            {"still_disabled": 0.4},
            "key pending deletion, cancelled but still disabled for the last 40%",
        ),
        ("key_rotated", {}, "key rotated"),
        ("key_rotated", {"every": "1m"}, "key rotated, again every 60 s"),
        ("wrong_key_linked", {"kind": "hmac"}, "wrong key linked (hmac)"),
        ("bulk_reencrypt", {"rate": "90/min"}, "bulk re-encryption of 1.5 recordings a second"),
    ],
)
def test_it_says_what_it_does(fault: str, settings: dict[str, Any], text: str) -> None:
    assert make("faults", fault, settings).text == text


@pytest.mark.parametrize(
    ("fault", "settings", "words"),
    [
        ("latency", {"p50": 0}, "p50 and p99: got (0.0, 0.0), wanted 0 < p50 <= p99 <= 1h"),
        ("latency", {"p50": "2s", "p99": "1s"}, "p50 and p99: got (2.0, 1.0)"),
        ("latency", {"p99": "2h"}, "p50 and p99: got (1.0, 7200.0)"),
        ("latency", {"shape": "parato"}, "no shape named 'parato'. Did you mean 'pareto'?"),
        ("latency", {"p99": "2s", "shape": "uniform"}, "p99: got '2s', wanted at most 1.98 times"),
        ("error", {"code": "no code"}, "code: got 'no code', wanted an error code"),
        ("error", {"status": 200}, "status: got 200, wanted an HTTP status from 400"),
        ("error", {"status": "teapot"}, "status: got 'teapot'"),
        ("slow_answer", {"rate": "0B/s"}, "rate: got '0B/s', wanted 1 byte a second"),
        ("slow_answer", {"rate": "slow"}, "rate: got 'slow', wanted a size"),
        ("truncated", {"kept": "130%"}, "kept: got '130%'"),
        ("key_deletion", {"still_disabled": 2}, "still_disabled: got 2, wanted a share from 0 to"),
        ("key_rotated", {"every": "0s"}, "every: got '0s', wanted a time above zero"),
        ("key_rotated", {"every": "often"}, "every: got 'often', wanted a duration"),
        ("wrong_key_linked", {"kind": "rsaa"}, "no kind of wrong key named 'rsaa'. Did you mean"),
        ("policy_removed", {"principal": "platform"}, "principal: got 'platform', wanted the"),
        ("grant_revoked", {"principal": "platform"}, "principal: got 'platform', wanted the"),
        ("bulk_reencrypt", {"rate": 0}, "rate: got 0, wanted a rate above zero"),
        ("corrupt", {"altered": 0}, "altered: got 0, wanted a number of bytes"),
        ("corrupt", {"altered": "some"}, "altered: got 'some'"),
        ("outage", {"mode": "resett"}, "no mode of outage named 'resett'. Did you mean 'reset'?"),
    ],
)
def test_settings_that_cannot_be_are_refused(
    fault: str, settings: dict[str, Any], words: str
) -> None:
    with pytest.raises(BadInput) as refused:
        make("faults", fault, settings)
    assert str(refused.value).startswith(words)


@pytest.mark.parametrize(
    ("settings", "member"),
    [
        ({}, {"code": "KMSInternalException"}),
        (
            {"code": "Odd", "status": "418", "message": ""},
            {"code": "Odd", "statusCode": 418, "message": ""},
        ),
    ],
)
def test_an_error_is_a_rule_as_localstack_has_it(
    settings: dict[str, Any], member: dict[str, Any]
) -> None:
    rule = make("faults", "error", settings).rule("x")
    assert rule == {"name": "x", "service": "kms", "error": member}


def delays(seed: int, **settings: Any) -> list[float]:
    latency, rng = make("faults", "latency", settings), random.Random(seed)
    found = []
    for _ in range(20_000):
        fate = Fate()
        latency.befall(fate, rng)
        found.append(fate.delay_s)
    return found


@pytest.mark.parametrize("shape", ["lognormal", "uniform", "pareto"])
def test_the_median_and_the_99th_percentile_come_out_as_asked(shape: str) -> None:
    drawn = delays(3, p50=0.2, p99=0.39, shape=shape)
    assert statistics.median(drawn) == pytest.approx(0.2, rel=0.03)
    assert statistics.quantiles(drawn, n=100)[98] == pytest.approx(0.39, rel=0.06)
    assert drawn == delays(3, p50=0.2, p99=0.39, shape=shape)


@given(
    st.floats(1e-3, 3600),
    st.floats(1, 1000),
    st.sampled_from(["lognormal", "uniform", "pareto"]),
    st.integers(),
)
def test_no_delay_is_negative_or_over_an_hour(
    p50: float, ratio: float, shape: str, seed: int
) -> None:
    p99 = min(3600.0, p50 * (min(ratio, 1.98) if shape == "uniform" else ratio))
    fate = Fate()
    make("faults", "latency", {"p50": p50, "p99": p99, "shape": shape}).befall(
        fate, random.Random(seed)
    )
    assert 0 <= fate.delay_s <= 3600


@pytest.mark.parametrize(
    ("fault", "settings", "for_s", "expected"),
    [
        ("key_deletion", {}, 10.0, []),
        ("key_deletion", {"still_disabled": "40%"}, 10.0, [6.0]),
        ("key_deletion", {"still_disabled": 1}, 10.0, [0.0]),
        ("key_rotated", {}, 10.0, []),
        ("key_rotated", {"every": "3s"}, 10.0, [3.0, 6.0, 9.0]),
        ("key_rotated", {"every": "5s"}, 10.0, [5.0]),
        ("key_rotated", {"every": "20s"}, 10.0, []),
    ],
)
def test_what_happens_while_it_is_in_force_has_its_times(
    fault: str, settings: dict[str, Any], for_s: float, expected: list[float]
) -> None:
    assert [after_s for after_s, _ in make("faults", fault, settings).steps(for_s)] == expected


def test_more_rotations_than_kms_allows_are_refused_before_anything_starts() -> None:
    assert at("1s", "key_rotated", "25s", every="1s").fault.text
    words = "rotations of one key: got 26, wanted 25 at most, as KMS has it"
    with pytest.raises(BadInput, match=words):
        at("1s", "key_rotated", "26s", every="1s")
