"""Who is let in, and how many are shown out at once; a peer elsewhere is a stand-in here."""

from collections.abc import Callable
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import pytest

from harness.gateway.http import roster as rosters
from harness.gateway.http.roster import MOST_OF_A_PEER, Roster


@dataclass(eq=False)
class Stranger:
    """A connection from an address elsewhere, as the roster sees it."""

    stranger: str = "192.0.2.1"
    deadline_s: int = 0
    outbox: Any = field(default_factory=lambda: SimpleNamespace(waiting=False, clogged=False))
    gone: bool = False

    def abort(self) -> None:
        self.gone = True


def at_once(act: Callable[[], None]) -> None:
    """A loop that is always free."""
    act()


def entered(roster: Roster, count: int, where: str = "192.0.2.1") -> list[Stranger]:
    strangers = [Stranger(where) for _ in range(count)]
    for stranger in strangers:
        roster.enter(stranger)
    return strangers


def turned_away(strangers: list[Stranger]) -> int:
    return sum(stranger.gone for stranger in strangers)


def test_no_more_are_let_in_than_there_is_room_for() -> None:
    roster = Roster(at_once, most=3)
    first = entered(roster, 5)
    assert turned_away(first) == 2
    roster.leave(first[0])
    assert turned_away(entered(roster, 2)) == 1


def test_one_address_elsewhere_cannot_take_all_the_room() -> None:
    roster = Roster(at_once)
    all_of_one = entered(roster, MOST_OF_A_PEER + 10)
    assert turned_away(all_of_one) == 10
    assert turned_away(entered(roster, 10, "192.0.2.2")) == 0
    for stranger in all_of_one:
        roster.leave(stranger)
    assert turned_away(entered(roster, 10)) == 0


def test_this_machine_may_take_all_the_room() -> None:
    assert turned_away(entered(Roster(at_once), MOST_OF_A_PEER + 10, where="")) == 0


def test_a_crowd_past_its_deadline_is_shown_out_a_few_at_a_time() -> None:
    rounds: list[Callable[[], None]] = []
    roster = Roster(rounds.append)
    crowd = entered(roster, 50)
    roster.tick()
    gone = []
    while rounds:
        rounds.pop()()
        gone.append(turned_away(crowd))
    assert gone == [20, 40, 50]


def test_who_is_heard_of_before_its_turn_is_not_shown_out() -> None:
    rounds: list[Callable[[], None]] = []
    roster = Roster(rounds.append)
    (stranger,) = entered(roster, 1)
    roster.tick()
    stranger.deadline_s = 99
    rounds.pop()()
    assert not stranger.gone


def test_a_turn_that_fails_does_not_end_the_others() -> None:
    rounds: list[Callable[[], None]] = []
    roster, done = Roster(rounds.append), []

    def fail() -> None:
        raise RuntimeError("a turn")

    roster.line_up(fail)
    roster.line_up(lambda: done.append(1))
    with pytest.raises(RuntimeError):
        rounds.pop()()
    rounds.pop()()
    assert (done, rounds) == ([1], [])


def test_what_is_kept_is_counted_both_ways() -> None:
    roster = Roster(at_once)
    assert roster.keep(rosters.MOST_KEPT_BYTES)
    assert not roster.keep(1)
    assert roster.keep(-2)
    assert roster.keep(1)
