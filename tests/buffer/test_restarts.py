"""The durable buffer against a model, over restarts: closed in order, or dead from one instant.

A process that is killed leaves what it has handed to the operating system, so a copy of its files
is what its successor finds.
"""

import contextlib
import random
import shutil
import tempfile
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from harness.backlog import Bound, Entry
from harness.errors import BadInput
from harness.journal import Journal, Kind, settled_in
from tests.buffer.openings import Place, recording

BOUND = Bound(12, 60_000)
LATE_S = 1e9


class RestartMachine(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.root = Path(tempfile.mkdtemp(prefix="ekm-restarts-"))
        self.place = Place(self.root / "0")
        self.place.folder.mkdir()
        self.held: dict[int, bytes] = {}  # accepted, and not settled as far as a successor can see
        self.settled: dict[int, bytes] = {}  # settled, but perhaps not noted yet
        self.leased: list[Entry] = []
        self.ids = 0
        self._open()

    @rule(size=st.integers(0, 9_000))
    def put(self, size: int) -> None:
        self.ids += 1
        payload = random.Random(self.ids).randbytes(size)
        depth = self.buffer.depth()
        room = depth.recordings < BOUND.recordings and depth.bytes + size <= BOUND.bytes
        accepted = self.buffer.put(recording(self.ids, payload, arrival_s=float(self.ids)))
        assert accepted is room
        if accepted:
            self.held[self.ids] = payload

    @rule()
    def lease(self) -> None:
        entry = self.buffer.lease(LATE_S)
        if entry is None:
            assert len(self.leased) == len(self.held)
            return
        assert self.buffer.payload(entry) == self.held[entry.id]
        self.leased.append(entry)

    @precondition(lambda self: self.leased)
    @rule(dead=st.booleans())
    def settle(self, dead: bool) -> None:
        entry = self.leased.pop()
        self.journal.append(Kind.DEAD_LETTER if dead else Kind.SEAL, 1.0, recording=entry.id)
        self.buffer.settle(entry, dead)
        self.settled[entry.id] = self.held.pop(entry.id)

    @precondition(lambda self: self.leased)
    @rule()
    def postpone(self) -> None:
        self.buffer.postpone(self.leased.pop(), 5.0)

    @rule()
    def flush(self) -> None:
        self.journal.flush()

    @rule()
    def restart_in_order(self) -> None:
        self._close()
        self.settled.clear()
        self._open()

    @rule()
    def restart_after_a_kill(self) -> None:
        successor = Place(
            self.root / str(self.place.runs), runs=self.place.runs, clock=self.place.clock
        )
        shutil.copytree(self.place.folder, successor.folder)
        noted = settled_in(self.place.journal())
        self._close()
        # The path of the journal is in the index; it is the dead run's, as far as it got.
        shutil.copy(successor.journal(), self.place.journal())
        forgotten = {id: p for id, p in self.settled.items() if id not in noted}
        self.held |= forgotten
        self.settled.clear()
        self.place = successor
        self._open()

    @invariant()
    def depth_is_what_is_held(self) -> None:
        depth = self.buffer.depth()
        bytes = sum(len(payload) for payload in self.held.values())
        assert (depth.recordings, depth.bytes) == (len(self.held), bytes)

    def teardown(self) -> None:
        with contextlib.suppress(BadInput):
            self._close()
        shutil.rmtree(self.root)

    def _open(self) -> None:
        self.buffer = self.place.open(
            bound=BOUND, before_commit=lambda: self.journal.flush(), keep_empty=True
        )
        self.journal = Journal(self.place.journal(), {})
        self.leased = []
        resumed = {entry.id: self.buffer.payload(entry) for entry in self.buffer.resumed()}
        assert resumed == self.held

    def _close(self) -> None:
        self.buffer.close()
        self.journal.close()


class TestRestarts(RestartMachine.TestCase):  # type: ignore[misc, valid-type]  # made at run time
    """What was accepted and not settled is there after any restart, with its bytes."""

    settings = settings(max_examples=40, stateful_step_count=40, deadline=None)
