"""The store for load: bounded, and its sample fair."""

import statistics
from pathlib import Path

from harness.store import Opening
from harness.store.discard import Discard


def sample(seed: int, count: int, size: int = 8) -> list[int]:
    store = Discard(Opening(Path("unused"), seed))
    for id in range(count):
        store.put(id, bytes(size))
    return list(store.kept())


def test_it_keeps_all_of_a_few_and_256_of_many() -> None:
    assert sample(1, 200) == list(range(200))
    assert len(sample(1, 5_000)) == 256


def test_it_keeps_at_most_64_mib() -> None:
    size = 4 * 1024**2
    assert len(sample(1, 40, size)) == 16


def test_one_that_is_put_again_and_again_takes_its_room_once() -> None:
    store = Discard(Opening(Path("unused"), 1))
    store.put(1, b"stays")
    for _ in range(100):
        store.put(2, bytes(1024**2))
    assert sorted(store.kept()) == [1, 2]


def test_early_and_late_are_as_likely_to_be_kept() -> None:
    kept = [id for seed in range(20) for id in sample(seed, 3_000)]
    # The mean of 5,120 draws from 0…3,000 is off by 12 at one standard error.
    assert abs(statistics.mean(kept) - 1_500) < 4 * 12.2


def test_the_same_seed_keeps_the_same() -> None:
    assert sample(5, 3_000) == sample(5, 3_000)
    assert sample(5, 3_000) != sample(6, 3_000)
