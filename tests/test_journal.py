"""The journal: what is written is read again, and what was torn or altered is told."""

import os
import struct
import subprocess
import sys
from pathlib import Path

import numpy
import pytest

from harness.errors import BadInput
from harness.journal import COLUMNS, FORMAT, MAGIC, MARK, PREFIX, ROW, Journal, Kind, read
from harness.journal import settled_in as settled

MANIFEST = {"scenario": "a test", "seed": 7, "nested": {"unicode": "µ"}}


def journal_of(path: Path, rows: int) -> Path:
    journal = Journal(path, MANIFEST)
    for row in range(rows):
        journal.append(Kind.ARRIVAL, float(row), recording=row)
    journal.close()
    return path


def test_every_column_comes_back_as_it_was_written(tmp_path: Path) -> None:
    path = tmp_path / "journal.bin"
    journal = Journal(path, MANIFEST)
    journal.append(
        Kind.ATTEMPT,
        t=1.5,
        since=-2.25,
        recording=2**64 - 1,
        size=2**32 - 1,
        attempt=2**16 - 1,
        code=2**16 - 2,
        operation=255,
    )
    journal.close()
    manifest, rows = read(path)
    assert manifest == MANIFEST
    (row,) = numpy.frombuffer(rows, numpy.dtype(list(COLUMNS)))
    assert {name: row[name].item() for name, _ in COLUMNS} == {
        "t": 1.5,
        "since": -2.25,
        "recording": 2**64 - 1,
        "size": 2**32 - 1,
        "attempt": 2**16 - 1,
        "code": 2**16 - 2,
        "kind": Kind.ATTEMPT,
        "operation": 255,
        "pad": 0,
        "mark": MARK,
    }


def test_the_columns_fill_a_row_exactly() -> None:
    assert numpy.dtype(list(COLUMNS)).itemsize == ROW.size == 40


def test_a_journal_without_events_is_one(tmp_path: Path) -> None:
    assert read(journal_of(tmp_path / "journal.bin", 0)) == (MANIFEST, b"")


@pytest.mark.parametrize("rows", [1, 1023, 1024, 1025, 5000])
def test_all_rows_are_there_in_their_order(tmp_path: Path, rows: int) -> None:
    _, found = read(journal_of(tmp_path / "journal.bin", rows))
    assert [row[2] for row in ROW.iter_unpack(found)] == list(range(rows))


def test_what_was_flushed_is_on_file_and_what_was_not_is_not(tmp_path: Path) -> None:
    path = tmp_path / "journal.bin"
    journal = Journal(path, MANIFEST)
    journal.append(Kind.SEAL, 1.0)
    assert len(read(path)[1]) == 0
    journal.flush()
    journal.append(Kind.SEAL, 2.0)
    assert len(read(path)[1]) == ROW.size
    journal.flush()
    journal.flush()
    assert len(read(path)[1]) == 2 * ROW.size
    journal.close()


def test_flushing_only_ever_appends(tmp_path: Path) -> None:
    path = tmp_path / "journal.bin"
    journal = Journal(path, MANIFEST)
    before = path.read_bytes()
    for number in range(3):
        journal.append(Kind.SEAL, float(number))
        journal.flush()
        after = path.read_bytes()
        assert after.startswith(before)
        assert len(after) == len(before) + ROW.size
        before = after
    journal.close()


def test_it_never_writes_over_another_journal_and_is_for_this_user_alone(tmp_path: Path) -> None:
    path = journal_of(tmp_path / "journal.bin", 1)
    assert path.stat().st_mode & 0o777 == 0o600
    with pytest.raises(BadInput, match="File exists"):
        Journal(path, MANIFEST)
    assert len(read(path)[1]) == ROW.size


@pytest.mark.parametrize("torn", range(1, ROW.size, 7))
def test_a_torn_last_row_is_dropped_and_all_before_it_kept(tmp_path: Path, torn: int) -> None:
    path = journal_of(tmp_path / "journal.bin", 3)
    os.truncate(path, path.stat().st_size - torn)
    assert [row[2] for row in ROW.iter_unpack(read(path)[1])] == [0, 1]


@pytest.mark.parametrize("damaged", [0, 2, 4])
@pytest.mark.parametrize("place", range(len(MARK)))
def test_a_damaged_row_is_named(tmp_path: Path, damaged: int, place: int) -> None:
    path = journal_of(tmp_path / "journal.bin", 5)
    raw = bytearray(path.read_bytes())
    raw[-(5 - damaged) * ROW.size + ROW.size - len(MARK) + place] ^= 0xFF
    path.write_bytes(raw)
    with pytest.raises(BadInput, match=f"is damaged at row {damaged}$"):
        read(path)


def test_bytes_that_were_lost_in_the_middle_are_noticed(tmp_path: Path) -> None:
    path = journal_of(tmp_path / "journal.bin", 5)
    raw = path.read_bytes()
    path.write_bytes(raw[:-100] + raw[-99:])
    with pytest.raises(BadInput, match="is damaged at row"):
        read(path)


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (b"", "is not a journal"),
        (b"EKM", "is not a journal"),
        (b"PNG and so on, quite a lot of it", "is not a journal"),
        (PREFIX.pack(MAGIC, FORMAT + 1, 2) + b"{}", "has another format: got 2, wanted 1"),
        (PREFIX.pack(MAGIC, FORMAT, 2) + b"{", "has a damaged header"),
        (PREFIX.pack(MAGIC, FORMAT, 2) + b"\xff\xff", "has a damaged header"),
    ],
)
def test_what_is_no_journal_is_refused_in_one_line(tmp_path: Path, raw: bytes, words: str) -> None:
    path = tmp_path / "journal.bin"
    path.write_bytes(raw)
    with pytest.raises(BadInput) as refused:
        read(path)
    assert words in str(refused.value)
    assert "\n" not in str(refused.value)


def test_a_journal_that_is_not_there_is_bad_input_to_read(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=r"cannot read the journal .*: No such file"):
        read(tmp_path / "journal.bin")


def test_settled_are_the_sealed_and_the_dead_and_none_where_there_is_no_journal(
    tmp_path: Path,
) -> None:
    path = tmp_path / "journal.bin"
    assert settled(path) == {}
    journal = Journal(path, MANIFEST)
    for id, kind in ((1, Kind.ARRIVAL), (2, Kind.SEAL), (3, Kind.DEAD_LETTER), (4, Kind.ATTEMPT)):
        journal.append(kind, 1.0, recording=id)
    journal.close()
    assert settled(path) == {2: Kind.SEAL, 3: Kind.DEAD_LETTER}


FULL_DISK = """
import resource, sys
from pathlib import Path
from harness.errors import BadInput
from harness.journal import Journal, Kind

hard = resource.getrlimit(resource.RLIMIT_FSIZE)[1]
resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, hard))
journal, accepted = Journal(Path(sys.argv[1]), {}), []
for number in range(3000):
    try:
        journal.append(Kind.SEAL, 1.0, recording=number)
        accepted.append(number)
    except BadInput as error:
        assert "cannot be written: File too large" in str(error), error
resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))
journal.append(Kind.SEAL, 1.0, recording=9999)
journal.close()
print(*accepted, 9999)
"""


def test_a_full_disk_is_bad_input_and_costs_no_row_that_was_accepted(tmp_path: Path) -> None:
    path = tmp_path / "journal.bin"
    done = subprocess.run(
        [sys.executable, "-c", FULL_DISK, str(path)], capture_output=True, timeout=60
    )
    assert done.stderr == b""
    accepted = [int(number) for number in done.stdout.split()]
    assert 1024 < len(accepted) < 3000
    assert [row[2] for row in ROW.iter_unpack(read(path)[1])] == accepted


def test_a_header_is_as_long_as_it_says(tmp_path: Path) -> None:
    raw = journal_of(tmp_path / "journal.bin", 0).read_bytes()
    magic, version, length = struct.unpack_from("<4sII", raw)
    assert (magic, version, length) == (b"EKMJ", 1, len(raw) - 12)
