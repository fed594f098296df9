"""The one sentence that everybody reads."""

from typing import Any

import pytest

from harness.analysis.words import kept, number, seconds, size
from harness.report import sentences


def summary(**recordings: int) -> dict[str, Any]:
    fates = ("arrived", "sealed", "dead_lettered", "shed", "buffered", "lost", "failed")
    none = dict.fromkeys((*fates, "unrecoverable"), 0)
    return {
        "verdict": "pass",
        "complete": True,
        "aborted_by": None,
        "playback": {"disagreements": 0},
        "recordings": none | recordings,
        "faults": [],
        "expectations": [{"expect": "lost == 0", "ok": False}],
        "saturation": {"invalid": []},
    }


def test_all_were_sealed() -> None:
    said = sentences.verdict(summary(arrived=1200, sealed=1200))
    assert said == "Of 1,200 recordings all were sealed, nothing lost."


def test_what_was_not_sealed_is_named() -> None:
    said = sentences.outcome(summary(arrived=10, sealed=5, lost=2, shed=3, failed=2))
    assert said == 'Of 10 recordings 5 were sealed, 2 lost as "Recording Failed", 3 shed.'


def test_what_was_lost_and_not_given_up_on_is_a_doubt() -> None:
    said = sentences.outcome(summary(arrived=10, sealed=6, lost=4, failed=1))
    assert said.startswith("Of 10 recordings 6 were sealed, 4 lost. 1 were given up on and 4 are")


def test_what_nobody_can_open_is_told() -> None:
    said = sentences.outcome(summary(arrived=10, sealed=10, unrecoverable=3))
    assert said.endswith("The key of 3 sealed recordings is gone: nobody can open them any more.")


def test_where_playback_and_ledger_differ_is_told() -> None:
    told = summary(arrived=1, sealed=1) | {"playback": {"disagreements": 1}}
    assert "otherwise than the ledger of 1 recording." in sentences.outcome(told)


def test_an_aborted_run_says_why_before_anything_else() -> None:
    told = summary(arrived=9, sealed=9) | {"verdict": "fail", "aborted_by": "shed > 9"}
    assert sentences.verdict(told).startswith("Aborted: shed > 9. Until then: Of 9 recordings all")


def test_nothing_arrived() -> None:
    assert sentences.verdict(summary()) == "No recording arrived."


def test_a_cut_off_run_claims_nothing_of_losses() -> None:
    assert kept(summary()["recordings"], complete=False) == "cut off before the end"


def test_failing_says_what_failed() -> None:
    said = sentences.verdict(summary(arrived=1, sealed=1) | {"verdict": "fail"})
    assert said.startswith("1 of 1 expectation did not hold: lost == 0. Of 1 recording all")


def test_invalid_says_why() -> None:
    doubted = summary() | {"verdict": "invalid", "saturation": {"invalid": ["Too busy."]}}
    said = sentences.verdict(doubted)
    assert said == "These numbers are not to be relied on. Too busy."


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        ({"began_s": None}, ""),
        ({"began_s": 1.0, "time_to_recover_s": None}, "the backlog did not recover from throttle"),
        ({"began_s": 1.0, "time_to_recover_s": 8.276}, "back to normal 8.28 s after throttle"),
    ],
)
def test_recovery_is_told_where_there_was_something_to_recover_from(
    fault: dict[str, Any], said: str
) -> None:
    told = summary(arrived=1, sealed=1) | {"faults": [{"fault": "throttle", **fault}]}
    assert said in sentences.outcome(told)


def test_numbers_have_units_and_no_more_digits_than_are_of_use() -> None:
    told = [seconds(s) for s in (None, 0.0, 3.2e-7, 0.00025, 0.0123, 4.2, 59.97, 95.4, 600, 754)]
    assert told == [
        *("–", "0 s", "0.3 µs", "250 µs", "12.3 ms", "4.20 s", "60.0 s", "95.4 s"),  # noqa: RUF001
        *("10 min", "12 min 34 s"),
    ]
    told = [number(value) for value in (None, 0.0976, 40.0, 97.56, 999.7, 1012.6)]
    assert told == ["–", "0.0976", "40", "97.6", "1,000", "1,013"]  # noqa: RUF001
    assert [size(b) for b in (0, 1023, 2**20, 45_000_000)] == [
        *("0 bytes", "1023 bytes", "1.00 MiB", "42.9 MiB"),
    ]
