"""Plans: whatever is wrong in one is said before anything starts, in one line."""

from typing import Any

import pytest

from harness.errors import BadInput
from harness.plan import Plan, at
from harness.retry.full_jitter import FullJitter

GOOD: dict[str, Any] = {
    "lines": 50,
    "rate": "2/s",
    "run_time": "1m30s",
    "recordings": {"call_audio": 0.8, "screen_capture": 0.2},
    "scale": 1 / 64,
    "buffer": "sqlite",
    "buffer_recordings": 100,
    "buffer_bytes": "4KiB",
    "retry": "full_jitter",
    "retry_settings": {"base_s": 0.5, "cap_s": 5.0},
    "materials": "per_recording",
    "workers": 8,
    "drain": "60s",
    "faults": (at("15s", "throttle", "20s", quota="40/s"),),
    "expectations": ("lost == 0",),
}


def test_a_plan_is_read_into_seconds_per_second_and_bytes() -> None:
    plan = Plan(**GOOD)
    assert (plan.rate_per_s, plan.run_time_s, plan.drain_s, plan.call_timeout_s) == (2, 90, 60, 5)
    assert (plan.bound.recordings, plan.bound.bytes) == (100, 4096)
    assert plan.policy() == FullJitter(base_s=0.5, cap_s=5.0)
    assert plan.source(3).make(1, 0.0) == Plan(**GOOD).source(3).make(1, 0.0)


def test_a_strike_has_its_times_its_settings_and_its_fault() -> None:
    strike = at("1m", "throttle", "500ms", share="30%")
    assert (strike.name, strike.at_s, strike.for_s) == ("throttle", 60.0, 0.5)
    assert (strike.settings, strike.fault.text) == (
        {"share": "30%"},
        "throttle: 30% of calls refused",
    )


def test_a_plan_changed_is_checked_again_and_none_changes_nothing() -> None:
    plan = Plan(**GOOD)
    assert plan.but(lines=None, rate=None) == plan
    assert plan.but(lines=3, rate=0.5).rate_per_s == 0.5
    with pytest.raises(BadInput, match=r"no buffer named 'memroy'. Did you mean 'memory'\?"):
        plan.but(buffer="memroy")


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"lines": 0}, "lines and workers: got (0, 8), wanted 1 or more each"),
        ({"workers": 0}, "lines and workers: got (50, 0), wanted 1 or more each"),
        ({"rate": "fast"}, "the rate of a line: got 'fast', wanted a rate such as"),
        ({"rate": 0}, "the rate of a line: got 0, wanted a rate above zero"),
        ({"run_time": "soon"}, "run time: got 'soon', wanted a duration such as"),
        ({"drain": "-1s"}, "drain: got '-1s', wanted a duration such as"),
        ({"call_timeout": "5 parsecs"}, "call timeout: got '5 parsecs', wanted units among"),
        ({"buffer_bytes": "much"}, "the buffer's bytes: got 'much', wanted a size such as"),
        ({"buffer": "sqllite"}, "no buffer named 'sqllite'. Did you mean 'sqlite'?"),
        (
            {"retry": "ful_jitter"},
            "no retry policy named 'ful_jitter'. Did you mean 'full_jitter'?",
        ),
        ({"materials": "per_record"}, "no materials named 'per_record'. Did you mean"),
        ({"store": "discrad"}, "no store named 'discrad'. Did you mean 'discard'?"),
        ({"retry_settings": {"base": 1}}, "retry policy full_jitter: got an unexpected keyword"),
        ({"retry_settings": {"cap_s": -1}}, "retry policy full_jitter, cap_s: got -1, wanted"),
        ({"expectations": ("losst == 0",)}, "Did you mean"),
        ({"expectations": ("lost = 0",)}, "lost = 0"),
        ({"recordings": {"call_audoi": 1}}, "recordings' mix: got {'call_audoi': 1}, wanted"),
        ({"recordings": {}}, "recordings' mix: got {}, wanted"),
        ({"scale": 2}, "recordings' scale: got 2, wanted"),
        ({"buffer_recordings": 0}, "the buffer's recordings: got 0, wanted"),
    ],
)
def test_each_wrong_value_is_said_in_one_line(wrong: dict[str, Any], words: str) -> None:
    with pytest.raises(BadInput) as refused:
        Plan(**{**GOOD, **wrong})
    assert words in str(refused.value)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize(
    ("when", "fault", "lasting", "settings", "words"),
    [
        ("15s", "throtle", "20s", {}, "no fault named 'throtle'. Did you mean 'throttle'?"),
        ("15s", "throttle", "20s", {}, "fault throttle, wanted either a quota or a share"),
        ("15s", "throttle", "20s", {"qouta": 1}, "fault throttle: got an unexpected keyword"),
        ("15s", "key_disabled", "20s", {"quota": 1}, "fault key_disabled: "),
        ("later", "key_disabled", "20s", {}, "duration: got 'later'"),
        ("15s", "key_disabled", "long", {}, "duration: got 'long'"),
    ],
)
def test_each_wrong_strike_is_said_in_one_line(
    when: str, fault: str, lasting: str, settings: dict[str, Any], words: str
) -> None:
    with pytest.raises(BadInput) as refused:
        at(when, fault, lasting, **settings)
    assert words in str(refused.value)
    assert "\n" not in str(refused.value)


def test_a_fault_may_strike_again_once_it_has_ended_and_not_before() -> None:
    first, second = at("10s", "key_disabled", "10s"), at("20s", "key_disabled", "5s")
    Plan(**{**GOOD, "faults": (second, first)})
    Plan(**{**GOOD, "faults": (first, at("12s", "throttle", "5s", quota=1))})
    ours, theirs = (
        at("10s", "error", "5s", operation=name) for name in ("Decrypt", "GenerateDataKey")
    )
    Plan(**{**GOOD, "faults": (ours, theirs)})
    with pytest.raises(BadInput, match=r"strikes again before it has ended: got '15 s', wanted"):
        Plan(**{**GOOD, "faults": (first, at("15s", "key_disabled", "1s"))})
