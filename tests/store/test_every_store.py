"""What every store promises, whatever it is made of."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from harness.registry import find, names
from harness.store import Opening, Store
from tests.localstack import PATIENT
from tests.store.buckets import opening

pytestmark = PATIENT


@pytest.fixture(params=names("store"))
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    there = Opening(tmp_path / "sealed", seed=1)
    if request.param == "s3":
        there = opening(request.getfixturevalue("localstack"), run=tmp_path.name)
    opened: Store = find("store", request.param)(there)
    yield opened
    opened.close()


def test_what_was_put_is_had_again(store: Store) -> None:
    store.put(7, b"envelope")
    assert store.get(7) == b"envelope"
    assert list(store.kept()) == [7]


def test_an_empty_store_has_nothing(store: Store) -> None:
    assert store.get(7) is None
    assert list(store.kept()) == []


def test_putting_one_again_replaces_it(store: Store) -> None:
    for envelope in (b"first", b"second", b"3"):
        store.put(7, envelope)
    assert store.get(7) == b"3"
    assert list(store.kept()) == [7]


@pytest.mark.parametrize("id", [0, 1, 2**40 + 1, 2**63, 2**64 - 1])
def test_any_id_and_any_bytes_are_kept(store: Store, id: int) -> None:
    store.put(id, bytes(range(256)) * 40)
    assert store.get(id) == bytes(range(256)) * 40
    assert list(store.kept()) == [id]


def test_whatever_is_kept_can_be_fetched_whole(store: Store) -> None:
    for id in range(1_000):
        store.put(id, b"%d" % id * 9)
    kept = list(store.kept())
    assert len(kept) >= 200
    assert [store.get(id) for id in kept] == [b"%d" % id * 9 for id in kept]


def test_what_is_kept_is_told_in_one_list_while_more_comes(store: Store) -> None:
    for id in (3, 1, 3, 2):
        store.put(id, b"envelope")
        assert len(set(store.kept())) == len(store.kept())
    kept = iter(store.kept())
    first = next(kept)
    store.put(4, b"envelope")
    assert {first, *kept} >= {1, 2, 3}
