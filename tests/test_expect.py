"""Expectations: what can be said, what it means, and what is refused before a run."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from harness import expect
from harness.analysis.run import read
from harness.errors import BadInput
from tests.analysis.queues import write


@pytest.fixture(scope="module")
def summary(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    return read(write(tmp_path_factory.mktemp("queue") / "journal.bin")).summary


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
    ],
)
def test_what_a_scenario_may_expect(text: str, ok: bool, summary: dict[str, Any]) -> None:
    found = expect.check(expect.parse(text), summary)
    assert (found["expect"], found["ok"]) == (text, ok)


def test_of_several_faults_the_one_that_came_off_worst_counts() -> None:
    faults = [{"time_to_recover_s": 3.0}, {"time_to_recover_s": 5.0}]
    expectation = expect.parse("time_to_recover < 4 s")
    assert expect.check(expectation, {"faults": faults})["value"] == 5.0
    never = [*faults, {"time_to_recover_s": None}]
    assert expect.check(expectation, {"faults": never}) == {
        "expect": "time_to_recover < 4 s",
        "value": None,
        "ok": False,
    }


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("lots == 0", "Did you mean"),
        ("time_to_recovr < 60 s", "Did you mean 'time_to_recover_s'"),
        ("lost", "wanted such as 'lost == 0'"),
        ("lost = 0", "wanted such as 'lost == 0'"),
        ("lost == none", "wanted such as 'lost == 0'"),
        ("lost == 1.2.3", "number in the expectation"),
        ("lost < 5 s", "unit in the expectation"),
        ("amplification < 5 %", "wanted no unit"),
        ("time_to_recover < 5 parsecs", "wanted us, ms, s, min, h"),
        ("p99 < 1 s", "wanted one of"),
        ("", "wanted such as 'lost == 0'"),
    ],
)
def test_what_no_scenario_can_mean_is_refused_in_one_line(text: str, said: str) -> None:
    with pytest.raises(BadInput) as refused:
        expect.parse(text)
    assert said in str(refused.value)
    assert "\n" not in str(refused.value)


def test_that_nothing_is_lost_is_expected_of_every_run(summary: dict[str, Any]) -> None:
    judged = expect.judge(["throttled > 0"], summary)
    assert [row["expect"] for row in judged["expectations"]] == ["throttled > 0", "lost == 0"]
    assert judged["verdict"] == "pass"


def test_the_verdict_is_invalid_before_it_is_anything_else(summary: dict[str, Any]) -> None:
    assert expect.judge(["throttled == 0"], summary)["verdict"] == "fail"
    doubted = summary | {"saturation": {"invalid": ["Too busy."]}}
    assert expect.judge(["throttled == 0"], doubted)["verdict"] == "invalid"


def test_every_number_in_the_summary_can_be_expected_of(summary: dict[str, Any]) -> None:
    told = {"schema", "seed"}
    rows = {"backlog_before_p99", "goodput_before", "offered_during", "began_s", "ended_s"}
    found = {path for path in _numbers(summary) if path.split(".")[-1] not in told | rows}
    assert found - set(expect.MEASURES) == set()


def test_every_measure_names_itself_alone() -> None:
    assert [expect.parse(f"{path} == 0").measure for path in expect.MEASURES] == [*expect.MEASURES]


def test_every_measure_has_its_place_in_the_documentation() -> None:
    page = (Path(__file__).parent.parent / "docs" / "measures.md").read_text()
    names = {path.split(".")[-1] for path in expect.MEASURES if "errors" not in path}
    assert {name for name in names if f"`{name}`" not in page} == set()


def test_checking_a_scenario_loads_no_numerical_library() -> None:
    code = (
        "import sys; from harness import expect; expect.parse('lost == 0'); "
        "sys.exit(bool({'numpy', 'pandas', 'matplotlib'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code], timeout=60, check=False).returncode == 0


def _numbers(value: object, path: str = "") -> set[str]:
    if isinstance(value, dict):
        return {p for k, v in value.items() for p in _numbers(v, f"{path}.{k}" if path else k)}
    if isinstance(value, list):
        return {p for v in value for p in _numbers(v, path)}
    return {path} if isinstance(value, (int, float)) and not isinstance(value, bool) else set()
