"""What a data key would expose, against journals whose keys were counted beforehand."""

from pathlib import Path
from typing import Any

import pytest

from harness.analysis.run import read
from harness.journal import CODE, OPERATION, Journal, Kind
from harness.report import write
from tests.analysis.queues import EPOCH_S, manifest

GENERATE, PAIR = OPERATION["GenerateDataKey"], OPERATION["GenerateDataKeyPairWithoutPlaintext"]
Told = dict[str, Any]


def journal(folder: Path, keys: list[tuple[str, int, int]], shared: list[int], seals: int) -> Path:
    """Of calls as (error code, operation, recording), shared keys' recordings, and seals."""
    written = Journal(folder / "journal.bin", {**manifest(faults=[]), "materials": "a scheme"})
    for code, operation, recording in keys:
        written.append(Kind.ATTEMPT, EPOCH_S + 1, EPOCH_S, recording, 0, 1, CODE[code], operation)
    for recording in range(1, seals + 1):
        written.append(Kind.ARRIVAL, EPOCH_S, EPOCH_S, recording, 100)
        written.append(Kind.SEAL, EPOCH_S + 2, EPOCH_S, recording, 100, 1)
    for recordings in shared:
        written.append(Kind.DATA_KEY, EPOCH_S + 3, EPOCH_S, recordings)
    written.close()
    return folder / "journal.bin"


def told(*arguments: Any) -> Told:
    found: Told = read(journal(*arguments)).summary["materials"]
    return found


def test_a_key_for_each_exposes_one_recording_and_costs_a_call_and_what_was_refused(
    tmp_path: Path,
) -> None:
    calls = [("ok", GENERATE, recording) for recording in range(1, 11)]
    calls += [("ThrottlingException", GENERATE, recording) for recording in range(1, 6)]
    assert told(tmp_path, calls, [], 10) == {
        "scheme": "a scheme",
        "data_keys": 10,
        "calls_per_recording": 1.5,
        "recordings_per_key_mean": 1.0,
        "recordings_per_key_max": 1,
    }


@pytest.mark.parametrize("operation", [GENERATE, PAIR])
def test_shared_keys_expose_as_many_as_they_said_they_sealed(
    operation: int, tmp_path: Path
) -> None:
    calls = [("ok", operation, 1), ("ok", operation, 71), ("Timeout", operation, 70)]
    found = told(tmp_path, calls, [70, 30], 100)
    assert (found["data_keys"], found["calls_per_recording"]) == (2, 0.03)
    assert (found["recordings_per_key_mean"], found["recordings_per_key_max"]) == (50.0, 70)


def test_the_buffers_own_key_is_none_of_a_recordings_and_an_attempt_of_the_sdk_is(
    tmp_path: Path,
) -> None:
    calls = [("ok", GENERATE, 0), ("KMSInternalException", GENERATE, 0), ("ok", GENERATE, 1)]
    found = told(tmp_path, calls, [], 1)
    assert (found["data_keys"], found["calls_per_recording"]) == (1, 2.0)


def test_of_a_run_that_was_killed_the_most_that_a_shared_key_exposes_is_not_known(
    tmp_path: Path,
) -> None:
    found = told(tmp_path, [("ok", GENERATE, 1)], [], 40)
    assert (found["recordings_per_key_mean"], found["recordings_per_key_max"]) == (40.0, None)


def test_a_run_that_sealed_nothing_has_nothing_to_tell(tmp_path: Path) -> None:
    found = told(tmp_path, [("DisabledException", GENERATE, 1)], [], 0)
    assert [found[name] for name in ("data_keys", "calls_per_recording")] == [0, None]
    assert found["recordings_per_key_mean"] is None


def test_the_report_says_so_in_a_table(tmp_path: Path) -> None:
    journal(tmp_path, [("ok", GENERATE, 1), ("ok", GENERATE, 71)], [70, 30], 100)
    write(tmp_path)
    page = (tmp_path / "report.html").read_text()
    assert "Data keys" in page
    assert "a scheme" in page
