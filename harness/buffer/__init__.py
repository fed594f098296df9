"""The Edge buffer: what stands between a finished recording and a KMS that has a bad day.

Five verbs. Bounded by count and bytes; at the bound `put` says no, and the recording is shed.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from harness.backlog import Bound, Depth, Entry
from harness.clock import Clock
from harness.kms import DataKey
from harness.recording import Recording


@dataclass(frozen=True)
class Opening:
    """What a buffer is opened with; one that keeps nothing on disk needs the first two only."""

    bound: Bound
    clock: Clock
    path: Path
    journal: Path  # this run's: what it says was settled is not sealed again after a crash
    spool_key: Callable[[], DataKey]  # a fresh data key to seal the spool under
    unwrap: Callable[[bytes], bytes]  # an earlier run's spool key, from its wrapped copy
    before_commit: Callable[[], None]  # the journal's flush: what it says must not be outrun
    keep_empty: bool = True  # leave the files there when nothing is left in them
    power_safe: bool = False  # wait for the disk, not only for the operating system


class Buffer(Protocol):
    """Holds recordings until they are settled. Used from one thread, by many greenlets."""

    keeps: bool  # what is given up on is kept aside, and not lost

    def put(self, recording: Recording) -> bool:
        """True once it is kept (durably, where the buffer is durable); False: shed at the bound."""
        ...

    def lease(self, now_s: float) -> Entry | None:
        """The recording that has been due longest, for one holder; None where none is due."""
        ...

    def postpone(self, entry: Entry, until_s: float) -> None:
        """Give a lease back, not to be had again before `until_s`. Never finds the buffer full."""
        ...

    def settle(self, entry: Entry, dead: bool = False) -> None:
        """End a lease: sealed and to be forgotten, or `dead`, given up on and kept aside."""
        ...

    def depth(self) -> Depth:
        """What is held now; dead letters are not."""
        ...

    def payload(self, entry: Entry) -> bytes:
        """A leased recording's bytes. Raises Corrupt where what was spooled does not open."""
        ...

    def next_due_s(self) -> float | None:
        """When the next recording will be due, epoch seconds; None where all is leased or empty."""
        ...

    def resumed(self) -> list[Entry]:
        """What an earlier run on the same buffer had accepted and not settled, at opening."""
        ...

    def first_id(self) -> int:
        """An id above all that this buffer ever held."""
        ...

    def close(self) -> None: ...
