"""The durable buffer: an index in SQLite, the bytes sealed in a spool, commits in groups.

The first `put` of a group waits three milliseconds for company, then commits for all of them, so
a commit's cost is shared and still no `put` returns before its recording would survive `kill -9`.
"""

from typing import Final

from harness.backlog import Backlog, Entry
from harness.buffer import Opening
from harness.errors import BadInput, KmsError
from harness.index import Index
from harness.journal import Kind, settled_in
from harness.recording import Recording
from harness.spool import Spool

__all__ = ["SqliteBuffer"]

_GROUP: Final = 64
_GROUP_WAIT_S: Final = 0.003
_IN_MEMORY_BYTES: Final = 64 * 1024**2
_RUN_BITS: Final = 40  # each run on a buffer numbers its recordings in a block of its own


class _Group:
    """Puts and settles that will share a commit."""

    def __init__(self, opening: Opening) -> None:
        self.puts: list[Entry] = []
        self.gone: list[Entry] = []
        self.dead: list[Entry] = []
        self.done = opening.clock.signal()
        self.error: BaseException | None = None


class SqliteBuffer:
    """The Edge buffer that survives: `path` is its index, `path.spool` holds the sealed bytes."""

    keeps = True

    def __init__(self, opening: Opening) -> None:
        """Raises BadInput for a file that is no such buffer, is in use, or cannot be written, and
        for one whose recordings are sealed under a key that this KMS does not unwrap."""
        self._opening = opening
        self._backlog = Backlog(opening.bound)
        self._in_memory_bytes = 0
        self._index = Index(opening.path, opening.power_safe)
        self._group = _Group(opening)
        try:
            folder = opening.path.with_name(opening.path.name + ".spool")
            self._spool = Spool(folder, opening.power_safe)
            self._resumed = self._resume()
            self._run = self._index.start_run(opening.journal)
        except BaseException:
            self._index.close()
            raise
        self.postpone = self._backlog.postpone
        self.lease = self._backlog.lease
        self.next_due_s = self._backlog.next_due_s
        self.depth = self._backlog.depth

    def put(self, recording: Recording) -> bool:
        size = len(recording.payload)
        if not self._backlog.reserve(size):
            return False
        try:
            place = self._spool.append(_name(recording.id), recording.payload)
            entry = Entry(recording.id, recording.kind, size, recording.arrival_s, None, place)
            self._commit_with_company(entry)
        except BaseException:
            self._backlog.release(size)
            raise
        if self._in_memory_bytes + size <= _IN_MEMORY_BYTES:
            self._in_memory_bytes += size
            entry.payload = recording.payload
        self._backlog.add(entry)
        return True

    def settle(self, entry: Entry, dead: bool = False) -> None:
        if entry.payload is not None:
            self._in_memory_bytes -= entry.size
            entry.payload = None
        self._backlog.settle(entry)
        (self._group.dead if dead else self._group.gone).append(entry)
        if len(self._group.gone) + len(self._group.dead) >= _GROUP:
            self._commit()

    def payload(self, entry: Entry) -> bytes:
        if entry.payload is not None:
            return entry.payload
        return self._spool.read(_name(entry.id), entry.place)

    def resumed(self) -> list[Entry]:
        return self._resumed

    def first_id(self) -> int:
        return (self._run << _RUN_BITS) + 1

    def close(self) -> None:
        try:
            self._commit()
        finally:
            keep = self._opening.keep_empty or any(self._index.entries())
            self._index.close(keep)
            self._spool.close(keep)

    def _commit_with_company(self, entry: Entry) -> None:
        group = self._group
        group.puts.append(entry)
        if len(group.puts) >= _GROUP:
            self._commit()
        elif len(group.puts) == 1:
            self._opening.clock.sleep(_GROUP_WAIT_S)
            if group is self._group:
                self._commit()
        group.done.wait()
        if group.error:
            raise group.error

    def _commit(self) -> None:
        # Subtle: what is settled must be in the journal first. After a crash in between, the next
        # run finds the recording in both, believes the journal, and does not seal it again.
        group, self._group = self._group, _Group(self._opening)
        try:
            self._opening.before_commit()
            if group.puts:
                self._spool.write()
                if self._opening.power_safe:
                    self._spool.sync()
            self._index.commit(group.puts, group.gone, group.dead)
        except BaseException as error:
            # Whatever it is, nobody whose put was in this group may believe it is durable.
            group.error = error
            raise
        finally:
            group.done.set()
        for entry in group.gone:
            self._spool.drop(entry.place)

    def _resume(self) -> list[Entry]:
        waiting, dead = self._index.entries()
        journal = self._index.last_journal()
        settled = settled_in(journal) if journal and (waiting or dead) else {}
        gone = [entry for entry in waiting if settled.get(entry.id) == Kind.SEAL]
        lately_dead = [entry for entry in waiting if settled.get(entry.id) == Kind.DEAD_LETTER]
        self._index.commit([], gone, lately_dead)
        waiting = [entry for entry in waiting if entry.id not in settled]
        self._open_keys(waiting, dead + lately_dead)
        for entry in waiting:
            self._backlog.resume(entry)
        return waiting

    def _open_keys(self, waiting: list[Entry], dead: list[Entry]) -> None:
        wrapped = self._index.wrapped_keys()
        for key in sorted({entry.place.key for entry in waiting}):
            try:
                self._spool.use_key(key, self._opening.unwrap(wrapped[key]))
            except (KmsError, KeyError) as error:
                raise BadInput(
                    f"the buffer {self._opening.path} holds {len(waiting)} recordings under a spool"
                    f" key that this KMS does not unwrap ({error}); all are kept. Run against"
                    " the KMS that has the key, or name another --buffer-file"
                ) from None
        in_use = {entry.place.key for entry in waiting + dead}
        self._index.drop_keys([key for key in wrapped if key not in in_use])
        self._spool.keep(entry.place for entry in waiting + dead)
        fresh = self._opening.spool_key()
        self._spool.use_key(self._index.add_key(fresh.wrapped), fresh.plaintext)


def _name(id: int) -> bytes:
    return id.to_bytes(8, "big")
