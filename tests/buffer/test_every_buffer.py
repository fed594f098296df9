"""What every Edge buffer promises, whatever it is made of."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from harness.backlog import Bound, Depth
from harness.buffer import Buffer
from harness.registry import names
from tests.buffer.openings import ROOMY, Place, leased, recording

LATE_S = 1e9


@pytest.fixture(params=names("buffer"))
def opened(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Callable[..., Buffer]]:
    """Opens a buffer of each kind with a bound."""
    buffers: list[Buffer] = []

    def open_one(bound: Bound = ROOMY) -> Buffer:
        buffers.append(Place(tmp_path).open(request.param, bound))
        return buffers[-1]

    yield open_one
    for buffer in buffers:
        buffer.close()


def test_what_was_put_is_leased_with_its_bytes_and_all_that_is_known_of_it(
    opened: Callable[..., Buffer],
) -> None:
    buffer = opened()
    assert buffer.put(recording(7, b"seven", arrival_s=3.0)) is True
    entry = leased(buffer, LATE_S)
    assert (
        entry.id,
        entry.kind,
        entry.size,
        entry.arrival_s,
        entry.attempts,
    ) == (7, 0, 5, 3.0, 0)
    assert buffer.payload(entry) == b"seven"


def test_an_empty_buffer_leases_nothing(opened: Callable[..., Buffer]) -> None:
    buffer = opened()
    assert buffer.lease(LATE_S) is None
    assert buffer.next_due_s() is None
    assert buffer.depth() == Depth(0, 0, None)


def test_an_empty_recording_is_a_recording(opened: Callable[..., Buffer]) -> None:
    buffer = opened()
    assert buffer.put(recording(1, b"")) is True
    assert buffer.payload(leased(buffer, LATE_S)) == b""


def test_what_is_leased_is_leased_to_one_only(opened: Callable[..., Buffer]) -> None:
    buffer = opened()
    buffer.put(recording(1))
    assert leased(buffer, LATE_S).id == 1
    assert buffer.lease(LATE_S) is None


def test_the_oldest_due_comes_first_and_ties_go_by_turn(opened: Callable[..., Buffer]) -> None:
    buffer = opened()
    for id, arrival_s in ((1, 5.0), (2, 3.0), (3, 3.0), (4, 1.0)):
        buffer.put(recording(id, arrival_s=arrival_s))
    assert [leased(buffer, LATE_S).id for _ in range(4)] == [4, 2, 3, 1]


def test_what_is_not_due_yet_is_not_leased(opened: Callable[..., Buffer]) -> None:
    buffer = opened()
    buffer.put(recording(1, arrival_s=10.0))
    assert buffer.lease(9.9) is None
    assert buffer.next_due_s() == 10.0
    assert leased(buffer, 10.0).id == 1


def test_what_is_postponed_comes_back_at_its_time_with_its_attempts(
    opened: Callable[..., Buffer],
) -> None:
    buffer = opened()
    buffer.put(recording(1, b"kept"))
    entry = leased(buffer, LATE_S)
    entry.attempts += 1
    buffer.postpone(entry, 50.0)
    assert buffer.lease(49.0) is None
    again = leased(buffer, 50.0)
    assert (again.id, again.attempts, buffer.payload(again)) == (1, 1, b"kept")


def test_a_full_buffer_sheds_by_count_and_takes_again_once_one_is_settled(
    opened: Callable[..., Buffer],
) -> None:
    buffer = opened(Bound(2, 1 << 40))
    assert [buffer.put(recording(id)) for id in (1, 2, 3)] == [True, True, False]
    buffer.settle(leased(buffer, LATE_S))
    assert [buffer.put(recording(id)) for id in (4, 5)] == [True, False]


def test_a_full_buffer_sheds_by_bytes_but_takes_what_still_fits(
    opened: Callable[..., Buffer],
) -> None:
    buffer = opened(Bound(100, 10))
    puts = [buffer.put(recording(id, b"x" * size)) for id, size in ((1, 6), (2, 5), (3, 4), (4, 1))]
    assert puts == [True, False, True, False]
    assert buffer.depth() == Depth(2, 10, 0.0)


def test_postpone_never_finds_the_buffer_full(opened: Callable[..., Buffer]) -> None:
    buffer = opened(Bound(1, 7))
    buffer.put(recording(1))
    for until_s in (1.0, 2.0, 3.0):
        entry = leased(buffer, LATE_S)
        assert buffer.put(recording(2)) is False
        buffer.postpone(entry, until_s)
    assert buffer.depth().recordings == 1
    assert buffer.payload(leased(buffer, LATE_S)) == b"payload"


def test_depth_counts_what_is_leased_too_and_knows_the_oldest(
    opened: Callable[..., Buffer],
) -> None:
    buffer = opened()
    buffer.put(recording(1, b"12345", arrival_s=2.0))
    buffer.put(recording(2, b"123", arrival_s=1.0))
    assert buffer.depth() == Depth(2, 8, 1.0)
    entry = leased(buffer, LATE_S)
    assert buffer.depth() == Depth(2, 8, 1.0)
    buffer.settle(entry)
    assert buffer.depth() == Depth(1, 5, 2.0)


def test_all_but_the_lack_of_a_buffer_keep_what_is_given_up_on(tmp_path: Path) -> None:
    kept = {}
    for name in names("buffer"):
        buffer = Place(tmp_path).open(name)
        kept[name] = buffer.keeps
        buffer.close()
    assert [name for name, keeps in kept.items() if not keeps] == ["none"]


@pytest.mark.parametrize("dead", [False, True])
def test_what_is_settled_sealed_or_dead_leaves_the_depth_and_is_never_leased_again(
    opened: Callable[..., Buffer], dead: bool
) -> None:
    buffer = opened()
    buffer.put(recording(1))
    buffer.settle(leased(buffer, LATE_S), dead)
    assert buffer.depth() == Depth(0, 0, None)
    assert buffer.lease(LATE_S) is None


def test_a_new_buffer_resumes_nothing_and_numbers_from_one(opened: Callable[..., Buffer]) -> None:
    buffer = opened()
    assert buffer.resumed() == []
    assert buffer.first_id() == 1


def test_thousands_go_in_and_come_out_once_each(opened: Callable[..., Buffer]) -> None:
    buffer = opened()
    for id in range(1, 2001):
        assert buffer.put(recording(id, id.to_bytes(4, "big") * 9, arrival_s=float(id)))
    for id in range(1, 2001):
        entry = leased(buffer, LATE_S)
        assert (entry.id, buffer.payload(entry)) == (id, id.to_bytes(4, "big") * 9)
        buffer.settle(entry)
    assert buffer.depth() == Depth(0, 0, None)
