"""The durable buffer: what it keeps, what it leaves on disk, and how it says that it cannot."""

import os
import shutil
import sqlite3
import stat
from pathlib import Path

import pytest

from harness.backlog import Bound
from harness.buffer import Buffer
from harness.errors import BadInput, Corrupt
from harness.journal import Journal, Kind
from tests.buffer.openings import ROOMY, Keys, Place, leased, recording
from tests.virtual import VirtualClock

LATE_S = 1e9


@pytest.fixture
def clock() -> VirtualClock:
    return VirtualClock()


@pytest.fixture
def place(tmp_path: Path, clock: VirtualClock) -> Place:
    return Place(tmp_path, clock)


def filled(place: Place, count: int) -> Buffer:
    buffer = place.open()
    for id in range(1, count + 1):
        assert buffer.put(recording(id, b"bytes of %d" % id, arrival_s=float(id)))
    return buffer


def everything_on_disk(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())


def test_what_was_not_settled_is_there_after_reopening_oldest_first_with_its_bytes(
    place: Place,
) -> None:
    buffer = filled(place, 5)
    buffer.settle(leased(buffer, LATE_S))
    buffer.close()
    again = place.open()
    assert [entry.id for entry in again.resumed()] == [2, 3, 4, 5]
    assert again.depth().recordings == 4
    held = [leased(again, LATE_S) for _ in range(4)]
    assert [again.payload(entry) for entry in held] == [b"bytes of %d" % id for id in (2, 3, 4, 5)]
    again.close()


def test_a_lease_means_nothing_after_a_restart(place: Place) -> None:
    buffer = filled(place, 1)
    leased(buffer, LATE_S)
    buffer.close()
    again = place.open()
    assert leased(again, LATE_S).id == 1
    again.close()


def test_dead_letters_are_kept_aside_over_restarts_and_never_leased_again(place: Place) -> None:
    buffer = filled(place, 2)
    buffer.settle(leased(buffer, LATE_S), dead=True)
    buffer.close()
    for _ in range(2):
        again = place.open()
        assert [entry.id for entry in again.resumed()] == [2]
        again.close()
    with sqlite3.connect(place.path) as db:
        assert db.execute("select id, dead from recording").fetchall() == [(1, 1), (2, 0)]
    db.close()


def test_each_run_numbers_its_recordings_above_all_that_came_before(place: Place) -> None:
    firsts = []
    for _ in range(3):
        buffer = place.open()
        firsts.append(buffer.first_id())
        buffer.close()
    assert firsts == [1, 2**40 + 1, 2 * 2**40 + 1]


def test_more_than_the_bound_is_resumed_and_then_nothing_more_is_taken(place: Place) -> None:
    filled(place, 3).close()
    again = place.open(bound=Bound(2, 1 << 40))
    assert again.depth().recordings == 3
    assert again.put(recording(100)) is False
    again.close()


def test_recordings_under_several_runs_keys_all_open(place: Place) -> None:
    for id in (1, 2, 3):
        buffer = place.open()
        buffer.put(recording(id, b"run %d" % id))
        buffer.close()
    again = place.open()
    assert [again.payload(entry) for entry in again.resumed()] == [b"run 1", b"run 2", b"run 3"]
    again.close()


def test_wrapped_keys_go_with_the_last_recording_under_them(place: Place) -> None:
    for _ in range(4):
        filled(place, 0).close()
    with sqlite3.connect(place.path) as db:
        assert db.execute("select count(*) from spool_key").fetchone() == (1,)
    db.close()


def test_nothing_unsealed_and_no_data_key_is_ever_on_disk(place: Place) -> None:
    marker = b"the words of a customer " * 4
    buffer = place.open()
    for id in range(1, 101):
        buffer.put(recording(id, marker))
    on_disk = everything_on_disk(place.folder)
    (wrapped,) = _wrapped_keys(place)
    buffer.close()
    on_disk += everything_on_disk(place.folder)
    assert wrapped in on_disk
    assert marker[:24] not in on_disk
    assert place.keys.unwrap(wrapped) not in on_disk


def _wrapped_keys(place: Place) -> list[bytes]:
    """Read from a copy, as the buffer holds its file for itself."""
    copy = place.folder / "copy"
    copy.mkdir()
    for path in place.folder.glob("buffer.sqlite*"):
        if path.is_file():
            shutil.copy(path, copy)
    db = sqlite3.connect(copy / "buffer.sqlite")
    found = [wrapped for (wrapped,) in db.execute("select wrapped from spool_key")]
    db.close()
    return found


def test_every_file_is_for_this_user_alone(place: Place) -> None:
    before = os.umask(0)
    try:
        buffer = filled(place, 3)
        files = [path for path in place.folder.rglob("*") if path.is_file()]
        assert {stat.S_IMODE(path.stat().st_mode) for path in files} == {0o600}
        spool = place.folder / "buffer.sqlite.spool"
        assert stat.S_IMODE(spool.stat().st_mode) == 0o700
        buffer.close()
    finally:
        os.umask(before)


def test_an_empty_buffer_that_need_not_be_kept_leaves_nothing_behind(place: Place) -> None:
    buffer = place.open(keep_empty=False)
    buffer.put(recording(1))
    buffer.settle(leased(buffer, LATE_S))
    buffer.close()
    assert list(place.folder.iterdir()) == []


@pytest.mark.parametrize("dead", [False, True])
def test_a_buffer_that_holds_something_is_kept_even_if_it_need_not_be(
    place: Place, dead: bool
) -> None:
    buffer = place.open(keep_empty=False)
    buffer.put(recording(1))
    if dead:
        buffer.settle(leased(buffer, LATE_S), dead=True)
    buffer.close()
    assert place.path.exists()


def test_puts_that_come_together_share_a_commit(place: Place, clock: VirtualClock) -> None:
    commits: list[float] = []
    buffer = place.open(before_commit=lambda: commits.append(clock.time()))
    accepted: list[bool] = []
    for id in range(1, 65):
        clock.spawn(lambda id: accepted.append(buffer.put(recording(id))), id)
    clock.sleep(1.0)
    assert (len(accepted), len(commits)) == (64, 1)
    buffer.close()


def test_no_put_returns_before_its_commit(place: Place, clock: VirtualClock) -> None:
    events: list[str] = []
    buffer = place.open(before_commit=lambda: events.append("commit"))

    def put(id: int) -> None:
        buffer.put(recording(id))
        events.append("put")

    for id in (1, 2, 3):
        clock.spawn(put, id)
    clock.sleep(1.0)
    assert events == ["commit", "put", "put", "put"]
    buffer.close()


@pytest.mark.parametrize("error", [BadInput("the journal cannot be written"), OSError(28, "full")])
def test_when_a_commit_fails_every_put_of_its_group_fails_and_none_is_held(
    place: Place, clock: VirtualClock, error: Exception
) -> None:
    failing = [False]

    def flush() -> None:
        if failing[0]:
            raise error

    buffer = place.open(before_commit=flush)
    outcomes: list[object] = []

    def put(id: int) -> None:
        try:
            outcomes.append(buffer.put(recording(id)))
        except Exception as raised:
            outcomes.append(raised)

    failing[0] = True
    for id in (1, 2, 3):
        clock.spawn(put, id)
    clock.sleep(1.0)
    assert outcomes == [error, error, error]
    assert buffer.depth().recordings == 0
    failing[0] = False
    assert buffer.put(recording(4, b"four")) is True
    buffer.close()
    again = place.open()
    assert [entry.id for entry in again.resumed()] == [4]
    again.close()


@pytest.mark.parametrize(
    ("kind", "resumed"), [(Kind.SEAL, [2]), (Kind.DEAD_LETTER, [2]), (Kind.ATTEMPT, [1, 2])]
)
def test_what_the_journal_says_was_settled_is_not_had_again(
    place: Place, kind: Kind, resumed: list[int]
) -> None:
    buffer = filled(place, 2)
    journal = Journal(place.journal(), {})
    journal.append(kind, 5.0, recording=1)
    journal.close()
    buffer.close()
    again = place.open()
    assert [entry.id for entry in again.resumed()] == resumed
    again.close()
    # Whatever becomes of that journal, the index has noted it by now.
    (place.folder / "journal-1.bin").unlink()
    third = place.open()
    assert [entry.id for entry in third.resumed()] == resumed
    third.close()


def test_altered_bytes_in_the_spool_do_not_open(place: Place) -> None:
    filled(place, 2).close()
    (segment,) = (place.folder / "buffer.sqlite.spool").glob("*.seg")
    altered = bytearray(segment.read_bytes())
    altered[20] ^= 1
    segment.write_bytes(altered)
    again = place.open()
    first, second = again.resumed()
    with pytest.raises(Corrupt):
        again.payload(first)
    assert again.payload(second) == b"bytes of 2"
    again.close()


def test_two_runs_at_once_are_refused_in_one_line(place: Place) -> None:
    buffer = place.open()
    with pytest.raises(BadInput, match="in use by another run"):
        place.open()
    buffer.close()
    place.open().close()


def test_a_file_that_is_no_buffer_is_refused_and_left_as_it_is(place: Place) -> None:
    place.path.write_bytes(b"minutes of the last meeting " * 100)
    with pytest.raises(BadInput, match="cannot be used: file is not a database"):
        place.open()
    assert place.path.read_bytes() == b"minutes of the last meeting " * 100


def test_a_folder_that_is_not_there_is_refused(place: Place) -> None:
    with pytest.raises(BadInput, match="cannot be used"):
        Place(place.folder / "nowhere").open()
    assert list(place.folder.iterdir()) == []


def test_a_buffer_of_another_kms_is_refused_and_all_of_it_kept(place: Place) -> None:
    filled(place, 3).close()
    stranger = Place(place.folder, keys=Keys(b"somebody else's"))
    with pytest.raises(BadInput, match="holds 3 recordings under a spool key that this KMS"):
        stranger.open()
    again = place.open()
    assert len(again.resumed()) == 3
    again.close()


def test_a_power_safe_buffer_keeps_the_same_promises(place: Place) -> None:
    buffer = place.open(bound=ROOMY, power_safe=True)
    buffer.put(recording(1, b"safe"))
    buffer.close()
    again = place.open(power_safe=True)
    assert again.payload(leased(again, LATE_S)) == b"safe"
    again.close()


def test_disk_is_given_back_as_recordings_are_settled(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("harness.spool._SEGMENT_BYTES", 10_000)
    buffer = place.open()
    for id in range(1, 501):
        buffer.put(recording(id, bytes(1_000)))
        buffer.settle(leased(buffer, LATE_S))
    spool = place.folder / "buffer.sqlite.spool"
    # Half a megabyte went through; what waits for its commit and spent segments to reuse are left.
    assert sum(path.stat().st_size for path in spool.iterdir()) < 150_000
    buffer.close()
