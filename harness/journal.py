"""What happened, one event a row: the only thing that crosses from the run to its report.

A file is `EKMJ`, a format number, the length of a JSON header (the manifest: scenario, seed,
versions, plan), the header, then fixed-width rows in the order of their writing. A run that is
killed leaves whole rows and at most one torn one, which reading drops. `docs/journal.md` tells
every column by kind.
"""

import json
import os
import struct
from collections.abc import Callable
from enum import IntEnum
from pathlib import Path
from typing import Any, Final

from harness.errors import CODES, BadInput

MAGIC: Final = b"EKMJ"
FORMAT: Final = 1
PREFIX: Final = struct.Struct("<4sII")
ROW: Final = struct.Struct("<ddQIHHBB2x4s")
MARK: Final = b"row\n"
# (name, numpy type) in file order, for whoever reads the rows.
COLUMNS: Final = (
    ("t", "<f8"),
    ("since", "<f8"),
    ("recording", "<u8"),
    ("size", "<u4"),
    ("attempt", "<u2"),
    ("code", "<u2"),
    ("kind", "u1"),
    ("operation", "u1"),
    ("pad", "<u2"),
    ("mark", "S4"),
)
_BUFFERED_ROWS: Final = 1024


class Kind(IntEnum):
    """What a row tells of."""

    ARRIVAL = 1  # accepted: durable in the Edge buffer. since: intended arrival
    SHED = 2  # refused at the buffer's bound. since: intended arrival
    ATTEMPT = 3  # one data-plane call to KMS ended. since: its start
    # Sealed and stored. since: intended arrival. code: which of the run's keys, in order of use.
    SEAL = 4
    DEAD_LETTER = 5  # given up on, kept aside. since: intended arrival
    PLAYBACK = 6  # played back and compared by digest. since: its start
    FAULT_BEGIN = 7  # code: the fault's place in the manifest. recording: the key's, see SEAL
    FAULT_END = 8  # it is mended. since: when mending began
    GAUGE = 9  # code: place in GAUGES; since: the value
    GATEWAY = 10  # requests the gateway counted over the run. recording: the count
    PHASE = 11  # code: place in PHASES
    FAILED = 12  # given up on with no buffer to keep it. since: intended arrival
    DATA_KEY = 13  # one that sealed several was let go. since: made. recording: how many it sealed
    HANDSHAKE = 14  # a key was tested before it was trusted. code: place in the causes, 0 is fit


OPERATIONS: Final = (
    "",
    "GenerateDataKey",
    "Decrypt",
    "Encrypt",
    "GenerateDataKeyWithoutPlaintext",
    "ReEncrypt",
    "GenerateDataKeyPairWithoutPlaintext",
)
OPERATION: Final = {name: place for place, name in enumerate(OPERATIONS)}
CODE: Final = {name: place for place, name in enumerate(CODES)}
GAUGES: Final = (
    *("generator_lag_s", "generator_busy", "gateway_busy", "gateway_lag_s", "buffered"),
    "generator_bytes",
)
PHASES: Final = ("load", "drain", "verify", "complete", "interrupted", "undrained", "aborted")
PLAYBACKS: Final = ("ok", "encryption_error", "corrupt", "missing")


class Journal:
    """Appends rows; memory is one fixed buffer, written out when full or by `flush`."""

    def __init__(self, path: Path, manifest: dict[str, Any]) -> None:
        """Start a new file at `path` under `manifest`, which must be JSON-able."""
        header = json.dumps(manifest).encode()
        self.path = path
        self._file = _begun(path, PREFIX.pack(MAGIC, FORMAT, len(header)) + header)
        self._rows = bytearray(ROW.size * _BUFFERED_ROWS)
        self._end, self._last = 0, ROW.size * (_BUFFERED_ROWS - 1)
        self._pack: Callable[..., None] = ROW.pack_into

    def append(
        self,
        kind: int,
        t: float,
        since: float = 0.0,
        recording: int = 0,
        size: int = 0,
        attempt: int = 0,
        code: int = 0,
        operation: int = 0,
    ) -> None:
        """Note one event; times in epoch seconds, size in bytes. In memory until `flush`."""
        end = self._end
        if end > self._last:
            self.flush()
            end = 0
        self._pack(self._rows, end, t, since, recording, size, attempt, code, kind, operation, MARK)
        self._end = end + ROW.size

    def flush(self) -> None:
        """Hand what is buffered to the operating system: from here on `kill -9` cannot undo it.

        Raises BadInput where the disk is full; what it did not take is kept for the next flush.
        """
        rest = memoryview(self._rows)[: self._end]
        try:
            while rest:
                rest = rest[os.write(self._file, rest) :]
        except OSError as error:
            raise _unwritten(self.path, error) from None
        finally:
            self._rows[: len(rest)] = bytes(rest)
            self._end = len(rest)

    def close(self) -> None:
        try:
            self.flush()
        finally:
            os.close(self._file)


def _begun(path: Path, start: bytes) -> int:
    """The descriptor of a new file that begins with `start`."""
    try:
        file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND, 0o600)
        try:
            while start:
                start = start[os.write(file, start) :]
        except OSError:
            os.close(file)
            raise
    except OSError as error:
        raise _unwritten(path, error) from None
    return file


def _unwritten(path: Path, error: OSError) -> BadInput:
    return BadInput(f"the journal {path} cannot be written: {error.strerror}")


def read(path: Path) -> tuple[dict[str, Any], bytes]:
    """The manifest and the whole rows of a journal, a torn last row dropped.

    Raises BadInput, in one line, for a file that is no journal or was altered.
    """
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise BadInput(f"cannot read the journal {path}: {error.strerror}") from None
    if len(raw) < PREFIX.size or not raw.startswith(MAGIC):
        raise BadInput(f"{path} is not a journal", raw[:4], f"a file that begins with {MAGIC!r}")
    _, version, length = PREFIX.unpack_from(raw)
    if version != FORMAT:
        raise BadInput(f"the journal {path} has another format", version, str(FORMAT))
    try:
        manifest = json.loads(raw[PREFIX.size : PREFIX.size + length])
    except ValueError:
        raise BadInput(f"the journal {path} has a damaged header") from None
    rows = raw[PREFIX.size + length :]
    return manifest, _checked(rows[: len(rows) // ROW.size * ROW.size], path)


def settled_in(path: Path) -> dict[int, int]:
    """The recordings that a journal says were settled: id to Kind.SEAL or Kind.DEAD_LETTER.

    Empty where there is no such journal any more.
    """
    if not path.exists():
        return {}
    _, rows = read(path)
    kinds = (Kind.SEAL, Kind.DEAD_LETTER)
    return {row[2]: row[6] for row in ROW.iter_unpack(rows) if row[6] in kinds}


def _checked(rows: bytes, path: Path) -> bytes:
    count = len(rows) // ROW.size
    for place, letter in enumerate(MARK, ROW.size - len(MARK)):
        letters = rows[place :: ROW.size]
        if letters != bytes([letter]) * count:
            at = next(row for row, got in enumerate(letters) if got != letter)
            raise BadInput(f"the journal {path} is damaged at row {at}")
    return rows
