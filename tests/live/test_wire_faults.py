"""A run through every wire fault there is: it is ridden out, and the books still balance."""

from typing import Any

import pytest

from harness.faults._wire import WireFault
from harness.registry import find, names
from tests.processes import Desk, Ended

# One after the other, each for a second; those that cost a timeout strike a share only.
TIMELINE: dict[str, dict[str, str]] = {
    "reset": {"share": "50%"},
    "truncated": {"operation": "GenerateDataKey"},
    "corrupt": {"key": "alias/ekm-harness"},
    "black_hole": {"share": "20%"},
    "latency": {"p50": "50ms", "p99": "300ms", "shape": "pareto"},
    "slow_answer": {"rate": "8KiB/s"},
    "error": {"code": "KMSInternalException", "share": "30%"},
    "outage": {"mode": "reset", "lasts": "400ms", "ramp": "600ms"},
    "throttle": {"quota": "10/s"},
}


@pytest.fixture(scope="module", params=names("kms"))
def drill(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Any:
    desk = Desk(tmp_path_factory.mktemp(request.param))
    strikes = (
        (f"{1 + place}s", fault, "1s", settings)
        for place, (fault, settings) in enumerate(TIMELINE.items())
    )
    scenario = desk.scenario(
        *strikes,
        name="everything",
        lines=8,
        run_time=f"{len(TIMELINE) + 2}s",
        call_timeout="1s",
        workers=64,
        expectations=("lost == 0", "dead_lettered == 0"),
    )
    return desk, desk.ekm("run", scenario, "--client", request.param, limit_s=90)


def test_the_timeline_misses_none() -> None:
    there = {name for name in names("faults") if issubclass(find("faults", name), WireFault)}
    assert set(TIMELINE) == there


def test_it_is_ridden_out(drill: tuple[Desk, Ended]) -> None:
    """Exit code 3 is of a machine too crowded for its latencies to count; all else does."""
    desk, ended = drill
    summary = desk.summary()
    assert ended.code in (0, 3), ended
    assert all(expectation["ok"] for expectation in summary["expectations"])
    assert summary["recordings"]["arrived"] == summary["recordings"]["sealed"] > 200


def test_client_and_gateway_count_the_same_attempts(drill: tuple[Desk, Ended]) -> None:
    kms = drill[0].summary()["kms"]
    assert kms["attempts"] == kms["gateway_requests"]


def test_every_fault_was_felt_as_what_it_is(drill: tuple[Desk, Ended]) -> None:
    desk, _ = drill
    summary = desk.summary()
    felt = {"ConnectionError", "BadAnswer", "Timeout", "KMSInternalException"}
    assert set(summary["kms"]["errors"]) == felt | {"ThrottlingException"}
    assert [fault["fault"] for fault in summary["faults"]] == list(TIMELINE)
    assert all(fault["ended_s"] for fault in summary["faults"])


def test_what_was_sealed_plays_back(drill: tuple[Desk, Ended]) -> None:
    playback = drill[0].summary()["playback"]
    assert playback["attempted"] > 0
    assert (playback["encryption_errors"], playback["corrupt"]) == (0, 0)
