"""The main job: a throttle storm rides out, and leaves a report, by `ekm run` and by `locust`."""

from pathlib import Path
from typing import Any

import pytest

from tests.processes import HOUSE, Desk, Ended, finish

CONTRACT: dict[str, Any] = {
    "schema": {},
    "scenario": {},
    "seed": {},
    "kms": {"attempts", "succeeded", "throttled", "errors", "amplification", "gateway_requests"},
    "client": {},
    "buffer": {},
    "duration_s": {},
    "verdict": {},
    "recordings": {"arrived", "sealed", "dead_lettered", "shed", "buffered", "lost"},
    "latency_s": {"seal", "kms_call", "playback"},
    "backlog": {"peak", "peak_at_s", "peak_bytes", "oldest_s"},
    "faults": {},
    "playback": {"attempted", "ok", "encryption_errors", "corrupt"},
    "expectations": {},
}
FAULT = {
    "fault",
    "began_s",
    "ended_s",
    "first_success_s",
    "time_to_recover_s",
    "drained_s",
    "goodput_during",
}
FILES = {
    "report.html",
    "summary.json",
    "timeline.csv",
    "junit.xml",
    "summary.md",
    "latency.hgrm",
    "journal.bin",
    "manifest.json",
    "latency.png",
    "outcomes.png",
    "backlog.png",
    "recovery.png",
}


@pytest.fixture(scope="module")
def storm(tmp_path_factory: pytest.TempPathFactory) -> tuple[Desk, Ended]:
    """A hundred recordings a second for eight seconds; for two of them a fifth go through."""
    desk = Desk(tmp_path_factory.mktemp("storm"))
    return desk, desk.ekm("run", drill(desk), "--seed", "7")


def test_a_storm_that_is_ridden_out_exits_with_0(storm: tuple[Desk, Ended]) -> None:
    _, ended = storm
    assert (ended.code, ended.out.split()[0]) == (0, "PASS"), ended


def test_nothing_is_lost_and_the_ledger_balances(storm: tuple[Desk, Ended]) -> None:
    counts = storm[0].summary()["recordings"]
    assert counts["lost"] == 0
    assert counts["arrived"] > 400
    kept = ("sealed", "dead_lettered", "shed", "buffered")
    assert counts["arrived"] == sum(counts[where] for where in kept)


def test_the_storm_was_felt_and_its_end_was_found(storm: tuple[Desk, Ended]) -> None:
    summary = storm[0].summary()
    (fault,) = summary["faults"]
    assert summary["kms"]["throttled"] > 0
    assert fault["time_to_recover_s"] is not None
    assert set(fault) >= FAULT


def test_client_and_gateway_count_the_same_attempts(storm: tuple[Desk, Ended]) -> None:
    kms = storm[0].summary()["kms"]
    assert kms["attempts"] == kms["gateway_requests"]


def test_the_summary_keeps_its_contract(storm: tuple[Desk, Ended]) -> None:
    summary = storm[0].summary()
    assert set(CONTRACT) - set(summary) == set()
    assert {part: set(keys) - set(summary[part]) for part, keys in CONTRACT.items() if keys} == {
        part: set() for part, keys in CONTRACT.items() if keys
    }
    assert {"p50", "p90", "p99", "p999", "max"} <= set(summary["latency_s"]["seal"])


def test_the_run_leaves_a_report_and_its_charts(storm: tuple[Desk, Ended]) -> None:
    (run,) = storm[0].runs()
    assert files(run) == FILES
    assert (
        storm[1].out.splitlines()[-1] == f"report   {run.relative_to(storm[0].folder)}/report.html"
    )


def test_progress_is_told_in_plain_lines_where_it_is_no_terminal(
    storm: tuple[Desk, Ended],
) -> None:
    said = storm[1].said
    assert "\x1b" not in said
    assert all(word in said for word in ("load", "arrived", "sealed", "backlog"))


def test_the_report_is_made_again_from_the_journal_alone(storm: tuple[Desk, Ended]) -> None:
    desk, _ = storm
    (run,) = desk.runs()
    before = (run / "summary.json").read_bytes()
    for path in run.iterdir():
        if path.name != "journal.bin":
            path.unlink()
    ended = desk.ekm("report", str(run))
    assert (ended.code, ended.said) == (0, "")
    assert files(run) == FILES
    assert before == (run / "summary.json").read_bytes()


def test_a_scenario_is_a_plain_locustfile_and_leaves_the_same_report(
    storm: tuple[Desk, Ended], desk: Desk
) -> None:
    words = ("-f", drill(desk), "--headless", "-u", "20", "-t", "8s", "--seed", "7")
    ended = finish(desk.start("locust", *words))
    summary = desk.summary()
    assert (ended.code, summary["verdict"]) == (0, "pass"), ended
    assert shape(summary) == shape(storm[0].summary())
    assert summary["recordings"]["lost"] == 0
    assert summary["kms"]["attempts"] == summary["kms"]["gateway_requests"]
    (run,) = desk.runs()
    assert files(run) == FILES
    assert "seal " in ended.said
    assert "ThrottlingException" in ended.said


def test_a_run_that_ends_before_its_storm_says_that_it_proves_nothing(desk: Desk) -> None:
    scenario = str(HOUSE / "scenarios" / "throttle_storm.py")
    ended = finish(desk.start("locust", "-f", scenario, "--headless", "-u", "20", "-t", "4s"))
    assert (ended.code, desk.summary()["verdict"]) == (3, "invalid"), ended
    assert "never struck" in ended.out


def drill(desk: Desk) -> str:
    return desk.scenario(
        ("2s", "throttle", "2s", {"quota": "20/s"}),
        name="storm",
        expectations=("lost == 0", "throttled > 0", "time_to_recover < 10 s"),
    )


def files(run: Path) -> set[str]:
    return {path.name for path in run.iterdir()}


def shape(value: Any) -> Any:
    """The keys all the way down, and of a list those of its first entry; codes of errors vary."""
    if isinstance(value, dict):
        return {key: shape(part) for key, part in value.items() if key != "errors"}
    return [shape(part) for part in value[:1]] if isinstance(value, list) else None
