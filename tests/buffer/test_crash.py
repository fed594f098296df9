"""Accepted means durable: processes are really killed, and really run out of disk."""

import random
import resource
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from harness.clock import SystemClock
from harness.errors import BadInput
from harness.journal import ROW, Kind, read
from tests.buffer.edge import payload_of
from tests.buffer.openings import Place, recording
from tests.virtual import VirtualClock

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


def test_bytes_that_a_full_disk_did_not_take_are_never_promised(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A large one fails beside a small one that waits for the same commit; then there is room."""
    monkeypatch.setattr("harness.spool._PENDING_BYTES", 50_000)
    clock = VirtualClock()
    place = Place(tmp_path, clock)
    buffer = place.open()
    outcomes: dict[int, object] = {}

    def put(id: int, payload: bytes) -> None:
        try:
            outcomes[id] = buffer.put(recording(id, payload))
        except BadInput as error:
            outcomes[id] = error

    put(1, bytes(39_000))
    with no_file_beyond(39_050):
        clock.spawn(put, 2, b"small" * 100)
        clock.spawn(put, 3, bytes(60_000))
        clock.sleep(0.0)
    clock.spawn(put, 4, b"as small")
    clock.sleep(1.0)
    assert isinstance(outcomes[3], BadInput)
    promised = {id for id, outcome in outcomes.items() if outcome is True}
    with suppress(BadInput):
        buffer.close()
    again = place.open()
    found = {entry.id: again.payload(entry) for entry in again.resumed()}
    sent = {1: bytes(39_000), 2: b"small" * 100, 4: b"as small"}
    assert {id: found[id] for id in promised} == {id: sent[id] for id in promised}
    again.close()


@contextmanager
def no_file_beyond(most_bytes: int) -> Iterator[None]:
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (most_bytes, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
