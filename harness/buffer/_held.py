"""Recordings held in the process's memory, and gone with it: by `memory`, and by `none`."""

from harness.backlog import Backlog, Entry
from harness.buffer import Opening
from harness.recording import Recording


class Held:
    """A Backlog that keeps the bytes too."""

    def __init__(self, opening: Opening) -> None:
        self._backlog = Backlog(opening.bound)
        self.lease = self._backlog.lease
        self.postpone = self._backlog.postpone
        self.next_due_s = self._backlog.next_due_s
        self.depth = self._backlog.depth

    def put(self, recording: Recording) -> bool:
        size = len(recording.payload)
        if not self._backlog.reserve(size):
            return False
        self._backlog.add(
            Entry(recording.id, recording.kind, size, recording.arrival_s, recording.payload)
        )
        return True

    def settle(self, entry: Entry, dead: bool = False) -> None:
        self._backlog.settle(entry)

    def payload(self, entry: Entry) -> bytes:
        assert entry.payload is not None
        return entry.payload

    def resumed(self) -> list[Entry]:
        return []

    def first_id(self) -> int:
        return 1

    def close(self) -> None:
        """Nothing to put away: what is left is lost with the process."""
