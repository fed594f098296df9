"""Recordings that failed, and recordings whose key is gone: what the ledger says of them."""

from itertools import chain
from pathlib import Path

import pytest

from harness.analysis.run import read
from harness.causes import CAUSES
from harness.journal import CODE, GAUGES, Kind
from tests.analysis.rows import Row, failed, phase, played, sealed, struck, told, write

LOST = {"fault": "key_lost", "destroys": True}
DISABLED = {"fault": "key_disabled", "destroys": False}


def test_a_failed_recording_is_lost_and_has_left_the_backlog(tmp_path: Path) -> None:
    summary = told(tmp_path, [*failed(1, 1), *failed(2, 5), *sealed(3, 6)]).summary
    assert (summary["recordings"]["failed"], summary["recordings"]["lost"]) == (2, 2)
    assert (summary["backlog"]["at_end"], summary["backlog"]["oldest_s"]) == (0, 1.0)


def test_failed_recordings_do_not_wait_in_the_buffer_of_a_killed_run(tmp_path: Path) -> None:
    write(tmp_path / "journal.bin", [phase("load", 0), *failed(1, 1), Row(Kind.ARRIVAL, 2, 2, 2)])
    recordings = read(tmp_path / "journal.bin").summary["recordings"]
    assert [recordings[fate] for fate in ("failed", "lost", "buffered")] == [1, 1, 1]


def test_what_was_sealed_under_a_destroyed_key_is_unrecoverable(tmp_path: Path) -> None:
    rows = chain(sealed(1, 1), sealed(2, 2), struck(10, None), sealed(3, 20, key=1))
    recordings = told(tmp_path, rows, faults=[LOST]).summary["recordings"]
    assert (recordings["unrecoverable"], recordings["sealed"], recordings["lost"]) == (2, 3, 0)


def test_a_recording_that_was_sealed_anew_is_under_its_last_key(tmp_path: Path) -> None:
    rows = [*sealed(1, 1), *struck(10, None), Row(Kind.SEAL, 20, 1, 1, code=1)]
    recordings = told(tmp_path, rows, faults=[LOST]).summary["recordings"]
    assert (recordings["unrecoverable"], recordings["sealed_twice"]) == (0, 1)


def test_a_key_that_was_only_disabled_takes_nothing(tmp_path: Path) -> None:
    rows = [*sealed(1, 1), *struck(10, 20)]
    assert told(tmp_path, rows, faults=[DISABLED]).summary["recordings"]["unrecoverable"] == 0


def test_a_fault_that_was_planned_and_never_struck_takes_nothing(tmp_path: Path) -> None:
    summary = told(tmp_path, sealed(1, 1), faults=[DISABLED, LOST]).summary
    assert summary["recordings"]["unrecoverable"] == 0


def test_playback_is_told_of_evaluators_and_of_the_verification_apart(tmp_path: Path) -> None:
    rows = [
        *(*sealed(1, 1), played(1, 10), played(1, 11, "encryption_error"), phase("verify", 40)),
        # Meant to begin beside the load, and over only when the verification had begun.
        *(played(1, 41, "missing", took_s=5), played(1, 42)),
    ]
    played_back = told(tmp_path, rows).summary["playback"]
    counts = ("attempted", "ok", "encryption_errors", "corrupt", "missing")
    assert [played_back[n] for n in counts] == [4, 2, 1, 0, 1]
    assert [played_back["live"][n] for n in counts] == [3, 1, 1, 0, 1]
    assert [played_back["verify"][n] for n in counts] == [1, 1, 0, 0, 0]


def test_a_run_without_a_verification_had_live_playback_only(tmp_path: Path) -> None:
    summary = told(tmp_path, [*sealed(1, 1), played(1, 10, took_s=0.25)]).summary
    assert summary["playback"]["live"]["ok"] == 1
    assert summary["latency_s"]["playback_live"]["max"] == 0.25
    assert summary["playback"]["disagreements"] == 0


@pytest.mark.parametrize(
    ("key", "outcome", "disagreements"),
    [
        (0, "ok", 1),
        (0, "encryption_error", 0),
        (1, "ok", 0),
        (1, "encryption_error", 1),
        (1, "corrupt", 1),
        (1, "missing", 1),
    ],
)
def test_verification_and_ledger_may_disagree(
    key: int, outcome: str, disagreements: int, tmp_path: Path
) -> None:
    rows = [*struck(5, None), *sealed(1, 10, key), phase("verify", 40), played(1, 41, outcome)]
    run = told(tmp_path, rows, faults=[LOST])
    assert run.summary["playback"]["disagreements"] == disagreements


def test_a_key_still_in_a_fault_excuses_its_recordings_and_no_others(tmp_path: Path) -> None:
    rows = chain(
        *(sealed(1, 1), sealed(2, 2, key=1), struck(10, None), [phase("verify", 40)]),
        [played(1, 41, "encryption_error"), played(2, 41, "encryption_error")],
    )
    run = told(tmp_path, rows, faults=[DISABLED])
    assert run.summary["playback"]["disagreements"] == 1


@pytest.mark.parametrize(
    ("code", "disagreements"),
    [("ThrottlingException", 0), ("Timeout", 0), ("DisabledException", 1), ("ok", 1)],
)
def test_a_kms_that_was_too_busy_to_say_disagrees_with_nothing(
    code: str, disagreements: int, tmp_path: Path
) -> None:
    asked = Row(Kind.ATTEMPT, 41, 41, 1, CODE[code])
    rows = [*sealed(1, 1), phase("verify", 40), asked, played(1, 41, "encryption_error")]
    assert told(tmp_path, rows).summary["playback"]["disagreements"] == disagreements


def test_last_success_counts_from_the_faults_beginning_reads_and_writes_apart(
    tmp_path: Path,
) -> None:
    rows = [
        *(*sealed(1, 9), *struck(10, 30), *sealed(2, 12), played(1, 14.5)),
        *(played(1, 20, "encryption_error"), played(2, 29, "corrupt"), *sealed(3, 30)),
        *(played(1, 31, "missing"), *sealed(4, 40)),
    ]
    (fault,) = told(tmp_path, rows, faults=[DISABLED]).summary["faults"]
    names = ("last_success_s", "last_read_s", "last_write_s", "playback_errors")
    assert [fault[name] for name in names] == [4.5, 4.5, 2.0, 2]


def test_what_succeeds_while_somebody_mends_is_no_success_in_spite_of_the_fault(
    tmp_path: Path,
) -> None:
    begin, _ = struck(10, 30)
    mended = Row(Kind.FAULT_END, 30, 29.5)
    rows = [begin, *sealed(1, 12), *sealed(2, 29.8), played(1, 29.9), mended]
    (fault,) = told(tmp_path, rows, faults=[DISABLED]).summary["faults"]
    names = ("last_success_s", "last_read_s", "last_write_s")
    assert [fault[name] for name in names] == [2.0, None, 2.0]


def test_where_nothing_succeeded_or_nothing_struck_there_is_no_last_success(
    tmp_path: Path,
) -> None:
    rows = [*sealed(1, 10), *struck(10, 30)]
    came, never = told(tmp_path, rows, faults=[DISABLED, LOST]).summary["faults"]
    assert (came["last_success_s"], came["playback_errors"]) == (None, 0)
    assert (never["last_success_s"], never["playback_errors"]) == (None, None)


def test_handshakes_are_counted_by_what_was_wrong(tmp_path: Path) -> None:
    tests = ((1, 0), (2, CAUSES.index("disabled")), (3, CAUSES.index("disabled")), (4, 200))
    rows = [Row(Kind.HANDSHAKE, t, code=code) for t, code in tests]
    handshake = told(tmp_path, rows).summary["handshake"]
    assert (handshake["attempted"], handshake["refused"]) == (4, 3)
    assert handshake["causes"] == {"disabled": 2, "cause 200": 1}


def test_an_aborted_run_says_what_it_was_aborted_by(tmp_path: Path) -> None:
    told_of = (Row(Kind.GAUGE, 9, 0, code=GAUGES.index("buffered")), phase("aborted", 9, place=1))
    write(tmp_path / "journal.bin", [phase("load", 0), *told_of], abort_on=["a > 1", "shed > 9"])
    summary = read(tmp_path / "journal.bin").summary
    assert (summary["ended"], summary["aborted_by"]) == ("aborted", "shed > 9")


def test_a_fault_that_an_aborted_run_did_not_live_to_see_is_no_doubt(tmp_path: Path) -> None:
    told_of = (Row(Kind.GAUGE, 9, 0, code=GAUGES.index("buffered")), phase("aborted", 9))
    write(tmp_path / "journal.bin", [phase("load", 0), *told_of], faults=[DISABLED])
    summary = read(tmp_path / "journal.bin").summary
    assert summary["saturation"]["invalid"] == []
    assert summary["aborted_by"] == "a condition of abort_on"
