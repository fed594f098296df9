"""The spool: bytes come back from where they were put, or not at all; disk is given back."""

import os
from pathlib import Path

import pytest

from harness import spool as spools
from harness.errors import Corrupt
from harness.spool import Place, Spool

KEY = bytes(range(32))
SEGMENT = 1_000


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "spool"


@pytest.fixture
def spool(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Spool:
    """A spool of small segments, so that they come and go."""
    monkeypatch.setattr(spools, "_SEGMENT_BYTES", SEGMENT)
    return opened(folder)


def opened(folder: Path, key: int = 1) -> Spool:
    made = Spool(folder)
    made.use_key(key, KEY)
    return made


def segments(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_what_was_appended_is_read_from_its_place(spool: Spool) -> None:
    payloads = [os.urandom(size) for size in (0, 1, 100, 3_000, 7)]
    places = [spool.append(b"%d" % n, payload) for n, payload in enumerate(payloads)]
    assert [spool.read(b"%d" % n, place) for n, place in enumerate(places)] == payloads
    spool.close()


def test_it_is_read_again_after_reopening_and_what_follows_lies_elsewhere(folder: Path) -> None:
    first = opened(folder)
    place = first.append(b"one", b"payload")
    first.write()
    first.close()
    second = opened(folder)
    second.keep([place])
    later = second.append(b"two", b"later")
    assert later.segment > place.segment
    assert (second.read(b"one", place), second.read(b"two", later)) == (b"payload", b"later")
    second.close()


def test_each_is_opened_under_the_key_it_was_sealed_under(spool: Spool) -> None:
    old = spool.append(b"one", b"old")
    spool.use_key(2, bytes(32))
    new = spool.append(b"two", b"new")
    assert (old.key, new.key) == (1, 2)
    assert (spool.read(b"one", old), spool.read(b"two", new)) == (b"old", b"new")
    spool.close()


def test_a_byte_altered_anywhere_is_corrupt(spool: Spool, folder: Path) -> None:
    place = spool.append(b"one", b"payload")
    spool.write()
    path = folder / f"{place.segment:08d}.seg"
    good = path.read_bytes()
    for at in range(place.offset, place.offset + place.length):
        path.write_bytes(good[:at] + bytes([good[at] ^ 1]) + good[at + 1 :])
        with pytest.raises(Corrupt, match="does not open"):
            spool.read(b"one", place)
    path.write_bytes(good)
    assert spool.read(b"one", place) == b"payload"
    spool.close()


def test_bytes_that_were_cut_are_corrupt(spool: Spool, folder: Path) -> None:
    place = spool.append(b"one", b"payload")
    spool.write()
    path = folder / f"{place.segment:08d}.seg"
    for length in range(place.length):
        os.truncate(path, length)
        with pytest.raises(Corrupt):
            spool.read(b"one", place)
    spool.close()


def test_bytes_under_another_name_or_at_another_place_are_corrupt(spool: Spool) -> None:
    one, two = spool.append(b"one", b"payload"), spool.append(b"two", b"payload")
    for name, place in (
        (b"two", one),
        (b"one", two),
        (b"one", Place(one.segment, one.offset + 1, one.length, one.key)),
        (b"one", Place(one.segment, one.offset, one.length + 1, one.key)),
    ):
        with pytest.raises(Corrupt):
            spool.read(name, place)
    spool.close()


def test_a_segment_that_is_gone_is_corrupt(spool: Spool, folder: Path) -> None:
    place = spool.append(b"one", b"payload")
    (folder / f"{place.segment:08d}.seg").unlink()
    with pytest.raises(Corrupt, match="segment 1: No such file"):
        spool.read(b"one", place)
    spool.close()


def test_a_segment_goes_with_the_last_in_it_and_its_file_is_written_over(
    spool: Spool, folder: Path
) -> None:
    first = [spool.append(b"a", bytes(600)) for _ in range(2)]
    third = spool.append(b"b", b"third")
    assert [place.segment for place in (*first, third)] == [1, 1, 2]
    spool.drop(first[0])
    assert segments(folder) == ["00000001.seg", "00000002.seg"]
    spool.drop(first[1])
    assert segments(folder) == ["00000001.spent", "00000002.seg"]
    spool.append(b"c", bytes(SEGMENT))
    assert spool.append(b"d", b"fourth").segment == 3
    assert segments(folder) == ["00000002.seg", "00000003.seg"]
    assert spool.read(b"b", third) == b"third"
    spool.close()


def test_recordings_in_a_segment_written_over_are_read_whole(spool: Spool, folder: Path) -> None:
    live: list[tuple[bytes, Place, bytes]] = []
    for number in range(200):
        name, payload = b"%d" % number, os.urandom(number * 7 % 900)
        live.append((name, spool.append(name, payload), payload))
        if len(live) > 5:
            spool.drop(live.pop(0)[1])
        assert [spool.read(n, place) for n, place, _ in live] == [p for _, _, p in live]
    assert len(segments(folder)) <= 8
    spool.close()


def test_a_busy_spool_does_not_grow_once_all_is_dropped(spool: Spool, folder: Path) -> None:
    for number in range(100):
        spool.drop(spool.append(b"%d" % number, bytes(300)))
    assert len(segments(folder)) <= 2
    assert sum(path.stat().st_size for path in folder.iterdir()) < 3 * SEGMENT
    spool.close()


def test_segments_that_no_index_refers_to_are_dropped_at_opening(
    spool: Spool, folder: Path
) -> None:
    kept = [spool.append(b"%d" % n, bytes(900)) for n in range(6)]
    spool.close()
    again = opened(folder)
    again.keep(kept[3:5])
    assert {f"{place.segment:08d}.seg" for place in kept[3:5]} == set(segments(folder))
    again.close()


def test_closing_without_keeping_takes_the_folder_along(spool: Spool, folder: Path) -> None:
    spool.append(b"one", b"payload")
    spool.sync()
    spool.close(keep=False)
    assert not folder.exists()


def test_files_are_for_this_user_alone_and_hold_nothing_unsealed(
    spool: Spool, folder: Path
) -> None:
    spool.append(b"one", b"the words of a customer")
    spool.write()
    (segment,) = folder.iterdir()
    assert segment.stat().st_mode & 0o777 == 0o600
    assert b"customer" not in segment.read_bytes()
    spool.close()
