"""Accepted means durable: processes are really killed, and really run out of disk."""

import random
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest

from harness.clock import SystemClock
from harness.journal import ROW, Kind, read
from tests.buffer.edge import payload_of
from tests.buffer.openings import Place

ROOT = Path(__file__).parents[2]
LATE_S = 1e12


def started(*arguments: object) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "tests.buffer.edge", *map(str, arguments)]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def promised_until_killed(folder: Path, run: int, after_s: float) -> set[int]:
    """The ids whose `put` had returned before the process was killed."""
    with started("carry", folder, run) as process:
        assert process.stdout and process.stderr
        first = process.stdout.readline()
        time.sleep(after_s)
        process.kill()
        said = first + process.stdout.read()
        complaints = process.stderr.read()
    assert complaints == b""
    return {int(line) for line in said[: said.rfind(b"\n")].split()}


def seals(folder: Path) -> Counter[int]:
    """How often the journals of all runs say that each recording was sealed."""
    rows = b"".join(read(path)[1] for path in folder.glob("journal-*.bin"))
    return Counter(row[2] for row in ROW.iter_unpack(rows) if row[6] == Kind.SEAL)


def test_killed_again_and_again_it_loses_nothing_and_seals_nothing_twice(tmp_path: Path) -> None:
    rng = random.Random(20)
    promised: set[int] = set()
    for run in range(6):
        promised |= promised_until_killed(tmp_path, run, rng.uniform(0.0, 0.2))
    buffer = Place(tmp_path, SystemClock(), runs=6).open()
    left = {entry.id: entry for entry in buffer.resumed()}
    sealed = seals(tmp_path)
    assert len(promised) > 50
    assert promised - set(sealed) - set(left) == set()
    assert set(left) & set(sealed) == set()
    assert [id for id, times in sealed.items() if times > 1] == []
    assert [id for id, entry in left.items() if buffer.payload(entry) != payload_of(id)] == []
    buffer.close()


@pytest.mark.parametrize(
    ("most_bytes", "size", "what"),
    [
        (400_000, 9_000, "the spool "),  # the spool is full first
        (400_000, 40, "the buffer file"),  # the index is
    ],
)
def test_on_a_full_disk_it_says_so_and_what_it_accepted_stays_readable(
    tmp_path: Path, most_bytes: int, size: int, what: str
) -> None:
    with started("fill", tmp_path, most_bytes, size) as process:
        said, complaint = process.communicate(timeout=60)
    assert complaint.decode().startswith(what)
    assert complaint.count(b"\n") == 0
    promised = [int(line) for line in said.split()]
    assert len(promised) > 20
    buffer = Place(tmp_path, SystemClock()).open()
    assert [entry.id for entry in buffer.resumed()] == promised
    assert {buffer.payload(entry) for entry in buffer.resumed()} == {bytes(size)}
    buffer.close()
