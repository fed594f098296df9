"""Expectations held against a summary: what holds, what is told, and what the verdict is."""

from typing import Any

import pytest

from harness import expect


@pytest.mark.parametrize(
    ("text", "ok"),
    [
        ("lost == 0", True),
        ("recordings.lost != 0", False),
        ("time_to_recover < 60 s", True),
        ("time_to_recover < 2000 ms", False),
        ("faults.time_to_recover_s <= 1 min", True),
        ("latency.seal.p99 < 45 s", True),
        ("latency_s.seal.p99 > 45", False),
        ("throttled > 0", True),
        ("kms.throttled < 26 %", True),
        ("sealed >= 100%", True),
        ("kms.errors.DisabledException > 0", False),
        ("GenerateDataKey.attempts == 8000", True),
        ("playback.corrupt == 0", True),
        ("playback.corrupt < 1 %", False),
        ("amplification <= 3", True),
        ("backlog.peak < 5000", True),
        ("backlog.peak_bytes < 1 KiB", False),
        ("goodput_during >= 39.5 /s", True),
        ("latency.playback.p99 < 1 s", False),
        ("sealed + dead_lettered == arrived", True),
        ("arrived - sealed - dead_lettered - shed - buffered == lost", True),
        ("60 s > time_to_recover", True),
        ("5 % > throttled", False),
        ("throttled < 2 * 13 %", True),
        ("2 * throttled > 49 %", True),
        ("sealed / duration > 90 /s", True),
        ("throttled / attempts < 26 %", True),
        ("throttled / attempts < 24 %", False),
        ("-lost > -1", True),
        ("(sealed + 1) * 2 == 2 * arrived + 2", True),
        ("goodput_during >= 90 % * goodput_before", False),
        ("faults.throttle.goodput_during < 0.5 * faults.throttle.offered_during", True),
        ("faults.throttle.ended - faults.throttle.began == 20 s", True),
        ("faults.throttle.time_to_recover < 60 s", True),
        ("faults.key_disabled.time_to_recover < 60 s", False),
        ("sealed / shed > 0", False),
        ("unrecoverable == 0", True),
        ("playback.live.ok == playback.live.attempted", True),
        ("knee > 50 /s", False),
    ],
)
def test_what_a_scenario_may_expect(text: str, ok: bool, summary: dict[str, Any]) -> None:
    found = expect.check(expect.parse(text), summary)
    assert (found["expect"], found["ok"]) == (text, ok)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("lost == 0", (0, 0, "")),
        ("kms.throttled < 5 %", (0.25, 0.05, "share")),
        ("latency.seal.count > 1", (6000, 1, "")),
        ("duration > 250 ms", (60.0, 0.25, "s")),
        ("backlog.peak_bytes < 64 MiB", (1_201_000, 2**26, "B")),
        ("faults.goodput_before > 2 * 40 /s", (100.0, 80, "/s")),
        ("sealed >= 95 % * arrived", (6000, 5700, "")),
        ("corrupt == shed / shed", (0, None, "")),
    ],
)
def test_both_sides_are_told_in_our_own_units(
    text: str, told: tuple[Any, ...], summary: dict[str, Any]
) -> None:
    found = expect.check(expect.parse(text), summary)
    assert (found["value"], found["limit"], found["unit"]) == told


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ({"value": 0.487, "limit": 0.01, "unit": "share"}, "got 48.7 % against 1 %"),
        ({"value": None, "limit": 20.0, "unit": "s"}, "got nothing against 20 s"),
        ({"value": 0.76612345, "limit": 1234, "unit": "s"}, "got 0.7661 s against 1,234 s"),
        ({"value": 1, "limit": 0, "unit": ""}, "got 1 against 0"),
        ({"value": 40.08, "limit": 78.0, "unit": "/s"}, "got 40.08/s against 78/s"),
    ],
)
def test_a_row_is_told_with_both_its_sides(row: dict[str, Any], said: str) -> None:
    assert expect.sides(row) == said


def test_95_of_100_are_95_percent() -> None:
    summary = {"recordings": {"sealed": 95, "arrived": 100}}
    assert expect.check(expect.parse("sealed >= 95 %"), summary)["ok"]
    assert expect.check(expect.parse("sealed / arrived == 95 %"), summary)["ok"]


def strike(fault: str, **found: float | None) -> dict[str, Any]:
    return {"fault": fault, **found}


def test_of_several_faults_the_one_that_came_off_worst_is_told() -> None:
    faults = [strike("throttle", time_to_recover_s=s) for s in (3.0, 5.0)]
    found = expect.check(expect.parse("time_to_recover < 4 s"), {"faults": faults})
    assert (found["value"], found["ok"]) == (5.0, False)
    found = expect.check(expect.parse("time_to_recover < 6 s"), {"faults": faults})
    assert (found["value"], found["ok"]) == (5.0, True)
    found = expect.check(expect.parse("time_to_recover > 4 s"), {"faults": faults})
    assert (found["value"], found["ok"]) == (3.0, False)
    never = [*faults, strike("throttle", time_to_recover_s=None)]
    found = expect.check(expect.parse("time_to_recover < 6 s"), {"faults": never})
    assert (found["value"], found["ok"]) == (None, False)


def test_a_fault_named_is_the_only_one_that_counts() -> None:
    faults = [strike("throttle", drained_s=1.0), strike("outage", drained_s=9.0)]
    found = expect.check(expect.parse("faults.throttle.drained < 4 s"), {"faults": faults})
    assert (found["value"], found["ok"]) == (1.0, True)
    found = expect.check(expect.parse("faults.drained < 4 s"), {"faults": faults})
    assert (found["value"], found["ok"]) == (9.0, False)


def test_both_sides_speak_of_the_same_strike_of_a_fault() -> None:
    """Else the worst goodput of one strike would be held against the load of another."""
    faults = [
        strike("throttle", goodput_during=10.0, offered_during=10.0),
        strike("throttle", goodput_during=90.0, offered_during=100.0),
    ]
    text = "faults.throttle.goodput_during >= 0.9 * faults.throttle.offered_during"
    assert expect.check(expect.parse(text), {"faults": faults})["ok"]
    faults.append(strike("throttle", goodput_during=8.0, offered_during=10.0))
    found = expect.check(expect.parse(text), {"faults": faults})
    assert (found["value"], found["limit"], found["ok"]) == (8.0, 9.0, False)


def test_strikes_of_two_faults_are_held_each_against_each() -> None:
    faults = [strike("a", drained_s=s) for s in (1.0, 5.0)]
    faults += [strike("b", drained_s=s) for s in (4.0, 6.0)]
    found = expect.check(expect.parse("faults.a.drained < faults.b.drained"), {"faults": faults})
    assert (found["value"], found["limit"], found["ok"]) == (5.0, 4.0, False)


def test_that_nothing_is_lost_is_expected_of_every_run(summary: dict[str, Any]) -> None:
    judged = expect.judge(["throttled > 0"], summary)
    assert [row["expect"] for row in judged["expectations"]] == ["throttled > 0", "lost == 0"]
    assert judged["verdict"] == "pass"


def test_to_add_losses_to_something_is_not_to_expect_none(summary: dict[str, Any]) -> None:
    judged = expect.judge(["sealed + lost == arrived"], summary)
    assert [row["expect"] for row in judged["expectations"]][1:] == ["lost == 0"]
    for text in ("0 == lost", "lost < 1 %", "lost / arrived < 0.01"):
        assert len(expect.judge([text], summary)["expectations"]) == 1


def test_the_verdict_is_invalid_before_it_is_anything_else(summary: dict[str, Any]) -> None:
    assert expect.judge(["throttled == 0"], summary)["verdict"] == "fail"
    doubted = summary | {"saturation": {"invalid": ["Too busy."]}}
    assert expect.judge(["throttled == 0"], doubted)["verdict"] == "invalid"


def test_every_number_in_the_summary_can_be_expected_of(summary: dict[str, Any]) -> None:
    found = numbers(summary) - {"schema", "seed"}
    assert found - set(expect.MEASURES) == set()


def variant(lost: int = 0, amplification: float = 1.0, **more: Any) -> dict[str, Any]:
    return {
        "recordings": {"lost": lost},
        "kms": {"amplification": amplification},
        "saturation": {"invalid": []},
        **more,
    }


def test_variants_are_held_against_each_other() -> None:
    summaries = {"legacy": variant(amplification=4.8), "standard": variant(amplification=1.5)}
    judged = expect.judge_variants(
        ["legacy.kms.amplification > 2 * standard.kms.amplification"], summaries
    )
    row, *implied = judged["expectations"]
    assert (row["value"], row["limit"], row["ok"]) == (4.8, 3.0, True)
    assert [one["expect"] for one in implied] == ["legacy.lost == 0", "standard.lost == 0"]
    assert judged["verdict"] == "pass"


def test_what_is_said_of_every_variant_is_a_row_for_each() -> None:
    summaries = {"one": variant(), "two": variant(lost=7), "three": variant(lost=2)}
    judged = expect.judge_variants(["every.lost <= 2 * three.lost"], summaries)
    assert judged["verdict"] == "fail"
    assert [(row["expect"], row["ok"]) for row in judged["expectations"]] == [
        ("one.lost <= 2 * three.lost", True),
        ("two.lost <= 2 * three.lost", False),
        ("three.lost <= 2 * three.lost", True),
    ]


def test_a_row_about_one_variant_alone_has_its_name() -> None:
    summaries = {"one": variant(), "two": variant()}
    rows = expect.judge_variants(["every.lost == 0", "one.lost <= two.lost"], summaries)
    told = [(row["expect"], row.get("variant")) for row in rows["expectations"]]
    assert told == [
        ("one.lost == 0", "one"),
        ("two.lost == 0", "two"),
        ("one.lost <= two.lost", None),
    ]


def test_nothing_is_to_be_lost_in_a_variant_of_whose_losses_nothing_is_said() -> None:
    summaries = {"buffered": variant(), "unbuffered": variant(lost=9)}
    judged = expect.judge_variants(["unbuffered.lost > 0"], summaries)
    assert [row["expect"] for row in judged["expectations"]] == [
        "unbuffered.lost > 0",
        "buffered.lost == 0",
    ]
    assert judged["verdict"] == "pass"


def test_one_variant_that_is_invalid_makes_them_all_so() -> None:
    doubted = variant(saturation={"invalid": ["Too busy."]})
    judged = expect.judge_variants([], {"one": variant(), "two": doubted})
    assert judged["verdict"] == "invalid"


def test_a_fault_is_looked_for_in_its_own_variant() -> None:
    one = variant(faults=[strike("throttle", drained_s=2.0)])
    two = variant(faults=[strike("throttle", drained_s=8.0)])
    text = "every.faults.throttle.drained <= 2 * one.faults.throttle.drained"
    rows = expect.judge_variants([text], {"one": one, "two": two})["expectations"]
    assert [(row["value"], row["limit"]) for row in rows[:2]] == [(2.0, 4.0), (8.0, 4.0)]


def numbers(value: object, path: str = "") -> set[str]:
    if isinstance(value, dict):
        return {p for k, v in value.items() for p in numbers(v, f"{path}.{k}" if path else k)}
    if isinstance(value, list):
        return {p for v in value for p in numbers(v, path)}
    return {path} if isinstance(value, (int, float)) and not isinstance(value, bool) else set()
