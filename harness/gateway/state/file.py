"""The state file: every key and alias, sealed one by one, in a database that a crash leaves whole.

What a request changed is on the disk before the request is answered.
"""

import os
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from harness.errors import BadInput, Corrupt
from harness.gateway.refusals import refusal
from harness.gateway.ring.keep import Record
from harness.gateway.state.records import decoded, encoded, place
from harness.gateway.state.seal import SALT_BYTES, Seal, Secret

_OURS: Final = 0x656B6D73  # "ekms", SQLite's application_id
_CHECK: Final = "check"
_SCHEMA: Final = f"""
    PRAGMA application_id = {_OURS};
    CREATE TABLE salt (salt BLOB NOT NULL);
    CREATE TABLE record (place TEXT PRIMARY KEY, sealed BLOB NOT NULL) WITHOUT ROWID;
"""


class StateFile:
    """Keeps records by their place. Not for two processes at once: the second is refused."""

    def __init__(self, path: Path, secret: Secret) -> None:
        """Open or make the file. Raises BadInput where it is none of ours, or does not open."""
        self._path = path
        self._waiting: dict[str, Record | None] = {}
        try:
            if not path.exists():
                os.close(os.open(path, os.O_CREAT | os.O_EXCL, 0o600))
            self._database = sqlite3.connect(path, isolation_level=None, timeout=0)
            self._prepare()
        except (OSError, sqlite3.Error) as error:
            raise BadInput(f"cannot keep the state in {path}: {_why(error)}") from None
        self._seal = Seal(secret.value, self._salt())
        self._check(secret)

    def put(self, record: Record) -> None:
        """Add a record, or replace the one of its place."""
        self._waiting[place(record)] = record

    def drop(self, record: Record) -> None:
        """Take a record away."""
        self._waiting[place(record)] = None

    def commit(self) -> None:
        """Make what was put and dropped last, whatever happens to this process.

        Raises KMSInternalException where the disk refuses; the next commit tries all of it again.
        """
        if not self._waiting:
            return
        try:
            self._write()
        except sqlite3.Error as error:
            text = f"the state can not be kept: {error}"
            raise refusal("KMSInternalException", text) from None
        self._waiting.clear()

    def records(self) -> Iterator[Record]:
        """Every record; keys come after aliases. Raises BadInput for one that does not open."""
        found = self._database.execute("SELECT place, sealed FROM record ORDER BY place")
        for where, sealed in found:
            if where != _CHECK:
                try:
                    yield decoded(where, self._seal.open(where.encode(), sealed))
                except Corrupt as error:
                    raise BadInput(f"the state in {self._path} is damaged: {error}") from None

    def close(self) -> None:
        """Let the file go."""
        self._database.close()

    def _write(self) -> None:
        run = self._database.execute
        try:
            run("BEGIN IMMEDIATE")
            for where, record in self._waiting.items():
                if record is None:
                    run("DELETE FROM record WHERE place = ?", (where,))
                else:
                    sealed = self._seal.close(where.encode(), encoded(record))
                    run("INSERT OR REPLACE INTO record VALUES (?, ?)", (where, sealed))
            run("COMMIT")
        finally:
            if self._database.in_transaction:
                run("ROLLBACK")

    def _prepare(self) -> None:
        run = self._database.execute
        (owner,) = run("PRAGMA application_id").fetchone()
        (tables,) = run("SELECT count(*) FROM sqlite_master").fetchone()
        if tables and owner != _OURS:
            raise sqlite3.DatabaseError("it is a database of something else")
        run("PRAGMA locking_mode = EXCLUSIVE")
        run("PRAGMA journal_mode = WAL")
        run("PRAGMA synchronous = FULL")
        run("PRAGMA secure_delete = ON")
        if not tables:
            self._database.executescript(f"BEGIN IMMEDIATE; {_SCHEMA} COMMIT;")
        run("BEGIN IMMEDIATE")  # takes the lock, which is then kept
        run("COMMIT")

    def _salt(self) -> bytes:
        found = self._database.execute("SELECT salt FROM salt").fetchone()
        if found is None:
            found = (os.urandom(SALT_BYTES),)
            self._database.execute("INSERT INTO salt VALUES (?)", found)
        salt: bytes = found[0]
        return salt

    def _check(self, secret: Secret) -> None:
        """A record of no content tells at once whether the secret is the right one."""
        ask = "SELECT sealed FROM record WHERE place = ?"
        found = self._database.execute(ask, (_CHECK,)).fetchone()
        if found is None:
            sealed = self._seal.close(_CHECK.encode(), b"")
            self._database.execute("INSERT INTO record VALUES (?, ?)", (_CHECK, sealed))
            return
        try:
            self._seal.open(_CHECK.encode(), found[0])
        except Corrupt:
            self._database.close()
            raise BadInput(f"the state in {self._path} does not open with {secret.told}") from None


def _why(error: Exception) -> str:
    if isinstance(error, OSError):
        return str(error.strerror)
    return "another gateway has it open" if "locked" in str(error) else str(error)
