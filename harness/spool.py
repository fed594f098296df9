"""Recordings' bytes on disk while they wait, sealed, in segments: appended to, then dropped whole.

Kept apart from the index, since a database that also held the bytes would write them twice. A
segment goes with the last recording in it, so a single one that stays keeps 64 MiB of disk.
"""

import contextlib
import os
import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final, NamedTuple

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from harness.errors import BadInput, Corrupt

_SEGMENT_BYTES: Final = 64 * 1024**2
_PENDING_BYTES: Final = 256 * 1024
_SPENT_KEPT: Final = 4
_NONCE_BYTES: Final = 12


class Place(NamedTuple):
    """Where sealed bytes lie: `length` bytes at `offset` of a segment, under spool key `key`."""

    segment: int
    offset: int
    length: int
    key: int


class Spool:
    """Sealed bytes in `folder`, under data keys that are in memory only."""

    def __init__(self, folder: Path, power_safe: bool = False) -> None:
        """`power_safe` has each segment on the disk before the next is begun."""
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._folder, self._power_safe = folder, power_safe
        self._spent: list[Path] = []
        self._pending: list[bytes] = []
        self._broken = ""  # why it cannot be written any more
        self._ciphers: dict[int, AESGCM] = {}
        self._live: dict[int, int] = {}  # recordings that are still in each segment
        self._readers: dict[int, int] = {}
        self._segment = max((int(path.stem) for path in folder.glob("*.seg")), default=0)
        self._key = 0
        self._file = -1
        self._end = self._written = _SEGMENT_BYTES

    def use_key(self, key: int, plaintext: bytes) -> None:
        """Seal what comes from now on under this data key; what is there opens under its own."""
        self._ciphers[key] = AESGCM(plaintext)
        self._key = key

    def keep(self, places: Iterable[Place]) -> None:
        """Count what an index still refers to, and drop segments that it does not."""
        for place in places:
            self._live[place.segment] = self._live.get(place.segment, 0) + 1
        for path in self._folder.glob("*.seg"):
            if int(path.stem) not in self._live:
                path.unlink()
        for path in self._folder.glob("*.spent"):
            path.unlink()

    def append(self, name: bytes, payload: bytes) -> Place:
        """Seal `payload`, to be written with those that follow; `name` is bound to it, so that no
        two can be swapped. Raises BadInput where the disk does not take it."""
        if self._broken:
            raise BadInput(self._broken)
        nonce = os.urandom(_NONCE_BYTES)
        sealed = self._ciphers[self._key].encrypt(nonce, payload, name)
        if self._end >= _SEGMENT_BYTES:
            self._next_segment()
        place = Place(self._segment, self._end, _NONCE_BYTES + len(sealed), self._key)
        self._pending += (nonce, sealed)
        self._end += place.length
        self._live[self._segment] += 1
        if self._end - self._written >= _PENDING_BYTES:
            self.write()
        return place

    def write(self) -> None:
        """Hand what was appended to the operating system. Raises BadInput where it is not taken,
        and ever after: what it belongs to is then not there, whatever else would fit."""
        if self._broken:
            raise BadInput(self._broken)
        pending, at = self._pending, self._written
        self._pending, self._written = [], self._end
        if pending:
            with self._worded():
                done = os.pwritev(self._file, pending, at)
                if done < self._end - at:
                    self._write_rest(memoryview(b"".join(pending))[done:], at + done)

    def read(self, name: bytes, place: Place) -> bytes:
        """The bytes at `place`. Raises Corrupt where they were altered, cut or renamed."""
        if self._pending:
            self.write()
        sealed = self._sealed(place)
        try:
            return self._ciphers[place.key].decrypt(
                sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], name
            )
        except (InvalidTag, ValueError):
            raise Corrupt(f"the spooled recording at {place} does not open") from None

    def drop(self, place: Place) -> None:
        """Give up the bytes at `place`; the segment's file goes with the last of its recordings."""
        self._live[place.segment] -= 1
        if self._live[place.segment] == 0 and place.segment != self._segment:
            self._remove(place.segment)

    def sync(self) -> None:
        """Wait until the disk has what was written."""
        if self._file >= 0:
            os.fdatasync(self._file)

    def close(self, keep: bool = True) -> None:
        """Close the segments, and remove the folder unless it is to be kept."""
        if self._file >= 0:
            os.close(self._file)
        for reader in self._readers.values():
            os.close(reader)
        if not keep:
            shutil.rmtree(self._folder)

    def _sealed(self, place: Place) -> bytes:
        reader = self._readers.get(place.segment)
        try:
            if reader is None:
                reader = os.open(self._path(place.segment), os.O_RDONLY)
                self._readers[place.segment] = reader
            return os.pread(reader, place.length, place.offset)
        except OSError as error:
            raise Corrupt(f"the spool's segment {place.segment}: {error.strerror}") from None

    def _write_rest(self, rest: memoryview, at: int) -> None:
        """What a write left over: near the end of a disk it may take several, or fail."""
        while rest:
            written = os.pwrite(self._file, rest, at)
            rest, at = rest[written:], at + written

    def _next_segment(self) -> None:
        self.write()
        if self._file >= 0:
            if self._power_safe:
                self.sync()
            os.close(self._file)
            self._file = -1  # should the next segment not open, this one is not closed twice
            if self._live[self._segment] == 0:
                self._remove(self._segment)
        self._segment += 1
        path = self._path(self._segment)
        with self._worded():
            # A spent segment is written over: its pages are there already, which halves the cost.
            if self._spent:
                self._spent.pop().rename(path)
            self._file = os.open(path, os.O_WRONLY | os.O_CREAT, 0o600)
        self._live[self._segment] = self._end = self._written = 0

    def _remove(self, segment: int) -> None:
        del self._live[segment]
        if segment in self._readers:
            os.close(self._readers.pop(segment))
        path = self._path(segment)
        if len(self._spent) < _SPENT_KEPT and path.exists():
            self._spent.append(path.rename(path.with_suffix(".spent")))
        else:
            path.unlink(missing_ok=True)

    @contextlib.contextmanager
    def _worded(self) -> Iterator[None]:
        """An error of the disk in words, from now on at every write: what was appended beside what
        was not taken is as little there."""
        try:
            yield
        except OSError as error:
            reason = error.strerror or str(error)
            self._broken = f"the spool {self._folder} cannot be written: {reason}"
            raise BadInput(self._broken) from None

    def _path(self, segment: int) -> Path:
        return self._folder / f"{segment:08d}.seg"
