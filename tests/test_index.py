"""The index: all of a commit or none of it."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from harness.backlog import Entry
from harness.errors import BadInput
from harness.index import Index
from harness.spool import Place


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "buffer.sqlite"


@pytest.fixture
def index(path: Path) -> Iterator[Index]:
    opened = Index(path, power_safe=False)
    yield opened
    opened.close()


def entry(id: int, arrival_s: float = 0.0) -> Entry:
    return Entry(id, 1, 5, arrival_s, None, Place(segment=3, offset=id % 97, length=10, key=2))


def test_what_was_committed_is_read_as_it_was_oldest_first(index: Index) -> None:
    late, early = entry(1, arrival_s=2.0), entry(2, arrival_s=1.0)
    index.commit([late, early], [], [])
    assert index.entries() == ([early, late], [])


def test_a_commit_that_fails_leaves_nothing_of_itself(index: Index) -> None:
    index.commit([entry(1), entry(2)], [], [])
    with pytest.raises(BadInput, match="cannot be used"):
        index.commit([entry(3), entry(1)], [entry(2)], [])
    assert [e.id for e in index.entries()[0]] == [1, 2]
    index.commit([entry(3)], [entry(2)], [entry(1)])
    waiting, dead = index.entries()
    assert ([e.id for e in waiting], [e.id for e in dead]) == ([3], [1])


def test_ids_up_to_63_bits_are_kept(index: Index) -> None:
    index.commit([entry(2**63 - 1)], [], [])
    assert [e.id for e in index.entries()[0]] == [2**63 - 1]


def test_runs_are_numbered_and_the_last_ones_journal_is_known_by_its_whole_path(
    index: Index, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert index.last_journal() is None
    monkeypatch.chdir(tmp_path)
    assert [index.start_run(Path(name)) for name in ("one.bin", "two.bin")] == [0, 1]
    assert index.last_journal() == tmp_path / "two.bin"


def test_wrapped_keys_are_kept_under_their_numbers_until_dropped(index: Index) -> None:
    first, second = index.add_key(b"first"), index.add_key(b"second")
    assert index.wrapped_keys() == {first: b"first", second: b"second"}
    index.drop_keys([first])
    assert index.wrapped_keys() == {second: b"second"}


def test_an_index_that_was_damaged_in_the_middle_is_refused_in_one_line(path: Path) -> None:
    index = Index(path, power_safe=False)
    index.commit([entry(id) for id in range(1, 2_000)], [], [])
    index.close()
    raw = bytearray(path.read_bytes())
    raw[8_192:40_000] = bytes(range(256)) * 124 + bytes(64)
    path.write_bytes(raw)
    damaged = Index(path, power_safe=False)
    with pytest.raises(BadInput, match="malformed"):
        damaged.entries()
    damaged.close()


def test_closing_without_keeping_takes_the_file_along(path: Path) -> None:
    Index(path, power_safe=True).close(keep=False)
    assert not path.exists()


def test_a_database_of_something_else_is_refused_and_left_as_it_was(path: Path) -> None:
    with closing(sqlite3.connect(path)) as other:
        other.execute("create table customer (name text)")
    before = path.read_bytes()
    with pytest.raises(BadInput, match="is a database of something else"):
        Index(path, power_safe=False)
    assert before == path.read_bytes()
