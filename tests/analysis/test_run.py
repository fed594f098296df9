"""The summary against a queue whose numbers have closed forms, and against a naive recount."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.analysis.run import Run, read, run
from harness.errors import BadInput
from harness.journal import CODE, GAUGES, ROW, Journal, Kind
from tests.analysis.queues import EPOCH_S, SIZE, Queue, manifest, write

ROUNDING_S = 0.051  # a few ticks of the queue


@pytest.fixture(scope="module")
def storm(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """λ = 100/s arrive, Q = 200/s can be sealed, and for T = 20 s only μ = 40/s."""
    return read(write(tmp_path_factory.mktemp("storm") / "journal.bin"))


def test_the_backlog_peaks_at_what_arrived_less_what_was_sealed(storm: Run) -> None:
    peak = storm.summary["backlog"]
    assert pytest.approx((100 - 40) * 20, abs=2) == peak["peak"]
    assert pytest.approx(30, abs=ROUNDING_S) == peak["peak_at_s"]
    assert peak["peak"] * SIZE == peak["peak_bytes"]


def test_the_time_to_recover_is_the_backlog_over_the_spare_quota(storm: Run) -> None:
    (fault,) = storm.summary["faults"]
    assert (fault["began_s"], fault["ended_s"]) == (10.0, 30.0)
    assert pytest.approx(1200 / (200 - 100), abs=ROUNDING_S) == fault["time_to_recover_s"]
    assert pytest.approx(1200 / (200 - 100), abs=ROUNDING_S) == fault["drained_s"]
    assert pytest.approx(0, abs=ROUNDING_S) == fault["first_success_s"]


def test_goodput_is_the_quota_during_the_fault_and_the_load_before_it(storm: Run) -> None:
    (fault,) = storm.summary["faults"]
    assert pytest.approx(40, abs=0.1) == fault["goodput_during"]
    assert pytest.approx(100, abs=0.1) == fault["goodput_before"]
    assert pytest.approx(100, abs=0.1) == fault["offered_during"]


def test_the_slowest_recording_waited_for_the_whole_backlog_of_its_arrival(storm: Run) -> None:
    # The throttle lets 40 * 20 = 800 through: the last of those to wait for its end is the 801st,
    # who came 8 s into it and waited the other 12; whoever came later waited less.
    seal = storm.summary["latency_s"]["seal"]
    assert pytest.approx(12, abs=ROUNDING_S) == seal["max"]
    assert seal["max"] == storm.summary["backlog"]["oldest_s"]


def test_every_recording_and_every_call_is_counted(storm: Run) -> None:
    recordings, calls = storm.summary["recordings"], storm.summary["kms"]
    assert tuple(recordings[k] for k in ("arrived", "sealed", "lost")) == (6000, 6000, 0)
    assert tuple(calls[k] for k in ("attempts", "succeeded", "throttled")) == (8000, 6000, 2000)
    assert calls["errors"] == {"ThrottlingException": 2000}
    assert pytest.approx(8000 / 6000, abs=1e-6) == calls["amplification"]
    assert calls["gateway_requests"] == 8000
    assert storm.summary["saturation"]["invalid"] == []
    assert storm.summary["ended"] == "complete"


def test_the_timeline_adds_up_to_the_summary(storm: Run) -> None:
    sums = storm.timeline[["offered", "accepted", "sealed", "attempts", "throttled"]].sum()
    assert sums.tolist() == [6000, 6000, 6000, 8000, 2000]
    assert list(range(10, 30)) == storm.timeline["t_s"][storm.timeline["fault"] != ""].tolist()
    assert storm.timeline["backlog"].iloc[-1] == 0


def test_a_recording_that_nobody_can_account_for_is_lost(tmp_path: Path) -> None:
    # The load outruns the quota, so the buffer is full at the end; it counts three too few.
    queue = Queue(quota_per_s=50, load_s=80, buffered_less=3)
    recordings = read(write(tmp_path / "journal.bin", queue)).summary["recordings"]
    assert recordings["lost"] == 3
    fates = ("sealed", "dead_lettered", "shed", "buffered", "lost")
    assert recordings["arrived"] == sum(recordings[fate] for fate in fates)


def test_a_gateway_that_counted_otherwise_makes_the_run_invalid(tmp_path: Path) -> None:
    summary = read(write(tmp_path / "journal.bin", Queue(gateway_missed=1))).summary
    counted = "The client counted 8000 attempts (0 of them cut off on the way), "
    assert summary["saturation"]["invalid"] == [f"{counted}the gateway 7999 requests."]


def test_a_killed_run_with_a_torn_row_is_read_as_far_as_it_goes(tmp_path: Path) -> None:
    path = write(tmp_path / "journal.bin")
    raw = path.read_bytes()
    path.write_bytes(raw[: len(raw) * 2 // 5 // 4 * 4 + 2])
    summary = read(path).summary
    recordings = summary["recordings"]
    assert (summary["complete"], summary["ended"], recordings["lost"]) == (False, "killed", 0)
    assert recordings["arrived"] - recordings["sealed"] == recordings["buffered"] > 0
    assert None is summary["faults"][0]["time_to_recover_s"]
    assert len(summary["saturation"]["invalid"]) == 1


def test_a_journal_of_a_header_only_is_a_run_in_which_nothing_happened(tmp_path: Path) -> None:
    Journal(tmp_path / "journal.bin", manifest(faults=[])).close()
    summary = read(tmp_path / "journal.bin").summary
    assert {0} == set(summary["recordings"].values())
    assert [summary["latency_s"]["seal"][q] for q in ("p50", "p99", "p999", "max")] == [None] * 4


def test_a_damaged_row_is_refused_in_one_line(tmp_path: Path) -> None:
    path = write(tmp_path / "journal.bin")
    raw = bytearray(path.read_bytes())
    raw[-ROW.size * 3 - 1] ^= 0xFF
    path.write_bytes(raw)
    with pytest.raises(BadInput, match="damaged at row"):
        read(path)


@pytest.mark.parametrize("t", [float("nan"), float("inf"), 1e300])
def test_times_that_no_run_can_have_are_refused(t: float, tmp_path: Path) -> None:
    journal = Journal(tmp_path / "journal.bin", manifest())
    for at in (EPOCH_S, t):
        journal.append(Kind.ARRIVAL, at, since=EPOCH_S, recording=1)
    journal.close()
    with pytest.raises(BadInput, match="times"):
        read(tmp_path / "journal.bin")


def test_a_header_that_is_no_object_is_refused() -> None:
    with pytest.raises(BadInput, match="a JSON object"):
        run([], b"")  # type: ignore[arg-type]


events = st.lists(
    st.tuples(
        st.sampled_from([Kind.ARRIVAL, Kind.SHED, Kind.ATTEMPT, Kind.SEAL, Kind.DEAD_LETTER]),
        st.integers(0, 4000),  # ms since the beginning
        st.integers(0, 1000),  # ms it took
        st.integers(0, 12),  # recording
        st.integers(0, 4),  # code
    ),
    max_size=60,
)


@given(rows=events, depth=st.integers(0, 5))
def test_any_stream_of_events_balances_and_equals_a_naive_recount(
    rows: list[tuple[Kind, int, int, int, int]], depth: int
) -> None:
    packed = b"".join(_packed(*row) for row in rows)
    gauge = (EPOCH_S + 5, float(depth), 0, 0, 0, GAUGES.index("buffered"), Kind.GAUGE, 0, b"row\n")
    summary = run(manifest(faults=[]), packed + ROW.pack(*gauge)).summary
    recordings, calls = summary["recordings"], summary["kms"]
    ids = {kind: {row[3] for row in rows if row[0] == kind} for kind in Kind}
    attempts = [row for row in rows if row[0] == Kind.ATTEMPT]
    assert len(ids[Kind.ARRIVAL]) + len(ids[Kind.SHED]) == recordings["arrived"]
    assert len(ids[Kind.SEAL]) == recordings["sealed"]
    fates = ("sealed", "dead_lettered", "shed", "buffered", "lost")
    assert recordings["arrived"] == sum(recordings[fate] for fate in fates)
    assert len(attempts) == calls["attempts"] == calls["succeeded"] + sum(calls["errors"].values())
    assert sum(row[4] == CODE["ThrottlingException"] for row in attempts) == calls["throttled"]
    assert _naive_peak(rows) == summary["backlog"]["peak"]


def _packed(kind: Kind, ms: int, took_ms: int, recording: int, code: int) -> bytes:
    t = EPOCH_S + ms / 1000
    since = t - took_ms / 1000
    return ROW.pack(t, since, recording, 10, 1, code, kind, int(kind == Kind.ATTEMPT), b"row\n")


def _naive_peak(rows: list[Any]) -> int:
    """Count who is there at every moment at which somebody comes."""
    came: dict[int, int] = {}
    went: dict[int, int] = {}
    for kind, ms, _, recording, _ in sorted(rows, key=lambda row: int(row[1])):
        if kind == Kind.ARRIVAL:
            came.setdefault(recording, ms)
        if kind in (Kind.SEAL, Kind.DEAD_LETTER):
            went.setdefault(recording, ms)
    stays = [(at, max(at, went.get(one, 10**9))) for one, at in came.items()]
    return max((sum(a <= now <= b for a, b in stays) for now, _ in stays), default=0)
