"""The way from materials to a KMS that is really there, as a run has it."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from harness.attempts import Attempts, Behalf
from harness.backend import Backend
from harness.clock import SystemClock
from harness.journal import Journal
from harness.kms import Connection
from harness.registry import find


@contextmanager
def calling(backend: Backend, key: str, folder: Path) -> Iterator[Behalf]:
    """Calls on behalf of a recording."""
    connection = Connection(backend, key, 10.0, 1)
    journal = Journal(folder / "journal.bin", {})
    attempts = Attempts(
        lambda retried: find("kms", "wire")(connection, retried),
        journal,
        SystemClock(),
        lambda *_: None,
        key,
    )
    yield attempts.behalf(1, 1)
    attempts.close()
    journal.close()
