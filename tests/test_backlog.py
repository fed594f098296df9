"""The backlog against a naive model: a list that is searched anew for every question."""

from dataclasses import dataclass

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from harness.backlog import Backlog, Bound, Depth, Entry

BOUND = Bound(recordings=8, bytes=400)
SECONDS = st.integers(0, 20).map(float)


@dataclass
class Waiting:
    """An entry as the model holds it; `due_s` is None while it is leased."""

    entry: Entry
    due_s: float | None
    turn: int


class BacklogMachine(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.backlog = Backlog(BOUND)
        self.model: list[Waiting] = []
        self.turns = 0
        self.reserved: list[int] = []

    @rule(size=st.integers(0, 150))
    def reserve(self, size: int) -> None:
        held = [w.entry.size for w in self.model] + self.reserved
        room = len(held) < BOUND.recordings and sum(held) + size <= BOUND.bytes
        assert self.backlog.reserve(size) is room
        if room:
            self.reserved.append(size)

    @precondition(lambda self: self.reserved)
    @rule(arrival_s=SECONDS)
    def add(self, arrival_s: float) -> None:
        entry = Entry(self._turn(), 0, self.reserved.pop(), arrival_s)
        self.backlog.add(entry)
        self.model.append(Waiting(entry, arrival_s, self.turns))

    @precondition(lambda self: self.reserved)
    @rule()
    def release(self) -> None:
        self.backlog.release(self.reserved.pop())

    @rule(size=st.integers(0, 500), arrival_s=SECONDS)
    def resume(self, size: int, arrival_s: float) -> None:
        """What an earlier run left comes in whatever the bound."""
        entry = Entry(self._turn(), 0, size, arrival_s)
        self.backlog.resume(entry)
        self.model.append(Waiting(entry, arrival_s, self.turns))

    @rule(now_s=SECONDS)
    def lease(self, now_s: float) -> None:
        due = [(w.due_s, w.turn) for w in self.model if w.due_s is not None and w.due_s <= now_s]
        got = self.backlog.lease(now_s)
        if not due:
            assert got is None
            return
        (chosen,) = [w for w in self.model if (w.due_s, w.turn) == min(due)]
        assert got is chosen.entry
        chosen.due_s = None

    @precondition(lambda self: self._leased())
    @rule(pick=st.integers(0, 100), until_s=SECONDS)
    def postpone(self, pick: int, until_s: float) -> None:
        leased = self._leased()
        chosen = leased[pick % len(leased)]
        self.backlog.postpone(chosen.entry, until_s)
        chosen.due_s, chosen.turn = until_s, self._turn()

    @precondition(lambda self: self._leased())
    @rule(pick=st.integers(0, 100))
    def settle(self, pick: int) -> None:
        leased = self._leased()
        chosen = leased[pick % len(leased)]
        self.backlog.settle(chosen.entry)
        self.model.remove(chosen)

    @invariant()
    def depth_counts_what_is_held_and_reserved(self) -> None:
        sizes = [w.entry.size for w in self.model]
        oldest_s = min((w.entry.arrival_s for w in self.model), default=None)
        recordings, bytes = len(sizes) + len(self.reserved), sum(sizes) + sum(self.reserved)
        assert self.backlog.depth() == Depth(recordings, bytes, oldest_s)

    @invariant()
    def the_next_due_is_the_least_of_what_nobody_leases(self) -> None:
        due = [w.due_s for w in self.model if w.due_s is not None]
        assert self.backlog.next_due_s() == min(due, default=None)

    @invariant()
    def all_that_is_held_is_listed(self) -> None:
        listed = {entry.id for entry in self.backlog.entries()}
        assert listed == {w.entry.id for w in self.model}

    def _leased(self) -> list[Waiting]:
        return [w for w in self.model if w.due_s is None]

    def _turn(self) -> int:
        self.turns += 1
        return self.turns


class TestBacklog(BacklogMachine.TestCase):  # type: ignore[misc, valid-type]  # made at run time
    """Whatever is done to a backlog, it does what the naive one would."""

    settings = settings(max_examples=60, stateful_step_count=40, deadline=None)
