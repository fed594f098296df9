"""Which recordings lie where in the spool, in SQLite: what makes an accepted recording durable.

One process at a time: a second one is told that the file is in use.
"""

import contextlib
import os
import sqlite3
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from harness.backlog import Entry
from harness.errors import BadInput
from harness.spool import Place

_OURS: Final = int.from_bytes(b"ekm1", "big")  # tells SQLite files apart: application_id
_SCHEMA: Final = """
create table if not exists recording (
  id integer primary key, kind integer not null, size integer not null, arrival_s real not null,
  segment integer not null, offset integer not null, length integer not null, key integer not null,
  dead integer not null default 0);
create table if not exists spool_key (key integer primary key, wrapped blob not null);
create table if not exists run (run integer primary key, journal text not null);
"""
_INSERT: Final = "insert into recording values (?, ?, ?, ?, ?, ?, ?, ?, 0)"
_SELECT: Final = (
    "select id, kind, size, arrival_s, segment, offset, length, key, dead from recording"
    " order by arrival_s"
)
# Checkpoints wait for the disk, so they are few: at about 64 MiB of write-ahead log.
_CHECKPOINT_PAGES: Final = 16_000


class Index:
    """The index at `path`, created where it is missing."""

    def __init__(self, path: Path, power_safe: bool) -> None:
        """Raises BadInput for a file that is no index, is in use, or cannot be written."""
        self._path = path
        with self._worded():
            if not path.exists():
                os.close(os.open(path, os.O_CREAT | os.O_EXCL, 0o600))
            self._db = sqlite3.connect(path, timeout=1.0, isolation_level=None)
            try:
                self._prepare(power_safe)
            except (sqlite3.Error, BadInput):
                self._db.close()
                raise

    def _prepare(self, power_safe: bool) -> None:
        (tables,) = self._db.execute("select count(*) from sqlite_master").fetchone()
        (ours,) = self._db.execute("pragma application_id").fetchone()
        if tables and ours != _OURS:
            raise BadInput(f"the buffer file {self._path} is a database of something else")
        self._db.execute(f"pragma application_id = {_OURS}")
        self._db.execute("pragma locking_mode = exclusive")
        self._db.execute("pragma journal_mode = wal")
        self._db.execute(f"pragma synchronous = {'full' if power_safe else 'normal'}")
        self._db.execute(f"pragma wal_autocheckpoint = {_CHECKPOINT_PAGES}")
        self._db.executescript(_SCHEMA)

    def entries(self) -> tuple[list[Entry], list[Entry]]:
        """What is waiting, oldest first, and what was given up on."""
        waiting: list[Entry] = []
        dead: list[Entry] = []
        with self._worded():
            for id, kind, size, arrival_s, *place, gone in self._db.execute(_SELECT):
                entry = Entry(id, kind, size, arrival_s, None, Place(*place))
                (dead if gone else waiting).append(entry)
        return waiting, dead

    def last_journal(self) -> Path | None:
        """The journal of the run that had this buffer before."""
        row = self._db.execute("select journal from run order by run desc limit 1").fetchone()
        return Path(row[0]) if row else None

    def start_run(self, journal: Path) -> int:
        """Note who has the buffer now; returns the run's number on it, from 0."""
        with self._worded():
            (run,) = self._db.execute("select coalesce(max(run), -1) + 1 from run").fetchone()
            self._db.execute("insert into run values (?, ?)", (run, str(journal.resolve())))
        return int(run)

    def wrapped_keys(self) -> dict[int, bytes]:
        """The spool keys' wrapped copies: the only form in which a data key is ever on disk."""
        return dict(self._db.execute("select key, wrapped from spool_key").fetchall())

    def add_key(self, wrapped: bytes) -> int:
        """Keep a wrapped spool key; returns its number."""
        with self._worded():
            cursor = self._db.execute("insert into spool_key (wrapped) values (?)", (wrapped,))
        return int(cursor.lastrowid or 0)

    def drop_keys(self, keys: Sequence[int]) -> None:
        """Forget wrapped keys under which nothing lies any more."""
        with self._worded():
            self._db.executemany("delete from spool_key where key = ?", [(key,) for key in keys])

    def commit(self, puts: list[Entry], gone: list[Entry], dead: list[Entry]) -> None:
        """Make these changes durable, all or none."""
        with self._worded(), self._transaction():
            self._db.executemany(_INSERT, [_row(entry) for entry in puts])
            self._db.executemany("delete from recording where id = ?", [(e.id,) for e in gone])
            self._db.executemany(
                "update recording set dead = 1 where id = ?", [(entry.id,) for entry in dead]
            )

    def close(self, keep: bool = True) -> None:
        """Close the file, and remove it unless it is to be kept."""
        self._db.close()
        if not keep:
            self._path.unlink()

    @contextlib.contextmanager
    def _transaction(self) -> Iterator[None]:
        self._db.execute("begin")
        try:
            yield
        except BaseException:
            self._db.execute("rollback")
            raise
        self._db.execute("commit")

    @contextlib.contextmanager
    def _worded(self) -> Iterator[None]:
        try:
            yield
        except (sqlite3.Error, OSError) as error:
            reason = "it is in use by another run" if "locked" in str(error) else str(error)
            raise BadInput(f"the buffer file {self._path} cannot be used: {reason}") from None


def _row(entry: Entry) -> tuple[object, ...]:
    return (entry.id, entry.kind, entry.size, entry.arrival_s, *entry.place)
