"""Fault windows as the journal tells them, and gauges that say the instrument was at its limit."""

from pathlib import Path

import pytest

from harness.analysis.run import Run, read
from harness.journal import GAUGES, PHASES, Journal, Kind
from tests.analysis.queues import EPOCH_S, manifest

THROTTLE = {"fault": "throttle", "text": "throttle: quota 40/s"}
DISABLED = {"fault": "key_disabled"}


def told(path: Path, *rows: tuple[Kind, float, float, int], faults: list[object]) -> Run:
    """The run of rows of (kind, seconds, since, code) under a manifest with `faults`."""
    journal = Journal(path / "journal.bin", manifest(faults=faults))
    journal.append(Kind.PHASE, EPOCH_S, code=PHASES.index("load"))
    for kind, t, since, code in rows:
        journal.append(kind, EPOCH_S + t, since=since, code=code)
    journal.append(Kind.GAUGE, EPOCH_S + 60, since=0.0, code=GAUGES.index("buffered"))
    journal.close()
    return read(path / "journal.bin")


def test_a_fault_may_strike_twice_and_overlap_another(tmp_path: Path) -> None:
    begins, ends = Kind.FAULT_BEGIN, Kind.FAULT_END
    rows = ((begins, 5, 0), (begins, 7, 1), (ends, 9, 0), (begins, 20, 0), (ends, 25, 0))
    faults: list[object] = [THROTTLE, DISABLED]
    run = told(tmp_path, *((k, t, 0.0, code) for k, t, code in rows), faults=faults)
    found = [(f["fault"], f["began_s"], f["ended_s"]) for f in run.summary["faults"]]
    assert found == [("throttle", 5, 9), ("key_disabled", 7, None), ("throttle", 20, 25)]
    assert run.timeline["fault"][8] == "throttle: quota 40/s; key_disabled"


def test_a_fault_that_never_struck_is_listed_and_makes_the_run_invalid(tmp_path: Path) -> None:
    summary = told(tmp_path, faults=[THROTTLE]).summary
    assert summary["faults"][0]["began_s"] is None
    reasons = summary["saturation"]["invalid"]
    assert reasons == ["A planned fault never struck: throttle: quota 40/s."]


@pytest.mark.parametrize(
    ("gauge", "value", "samples", "invalid"),
    [
        ("generator_lag_s", 0.3, 4, True),
        ("generator_lag_s", 0.3, 3, False),
        ("generator_lag_s", 0.25, 50, False),
        ("generator_busy", 0.99, 13, True),
        ("generator_busy", 0.99, 12, False),
        ("gateway_busy", 0.99, 30, True),
        ("gateway_lag_s", 0.5, 30, True),
        ("buffered", 9.0, 0, False),
    ],
)
def test_a_gauge_over_its_limit_for_too_long_makes_the_run_invalid(
    gauge: str, value: float, samples: int, invalid: bool, tmp_path: Path
) -> None:
    code = GAUGES.index(gauge)
    rows = ((Kind.GAUGE, s + 0.5, value if s < samples else 0.1, code) for s in range(60))
    run = told(tmp_path, *(rows if samples else ()), faults=[])
    assert bool(run.summary["saturation"]["invalid"]) == invalid
