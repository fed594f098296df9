"""Recordings' bytes on disk while they wait, sealed, in segments: appended to, then dropped whole.

Kept apart from the index, since a database that also held the bytes would write them twice. A
segment goes with the last recording in it, so a single one that stays keeps 64 MiB of disk.
"""

import os
import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import Final, NamedTuple

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from harness.errors import Corrupt

_SEGMENT_BYTES: Final = 64 * 1024**2
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
        self._spare = folder / "spare"
        self._ciphers: dict[int, AESGCM] = {}
        self._live: dict[int, int] = {}  # recordings that are still in each segment
        self._readers: dict[int, int] = {}
        self._segment = max((int(path.stem) for path in folder.glob("*.seg")), default=0)
        self._key = 0
        self._file = -1
        self._end = _SEGMENT_BYTES

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

    def append(self, name: bytes, payload: bytes) -> Place:
        """Seal `payload` and write it; `name` is bound to it, so that no two can be swapped."""
        nonce = os.urandom(_NONCE_BYTES)
        sealed = self._ciphers[self._key].encrypt(nonce, payload, name)
        length = _NONCE_BYTES + len(sealed)
        if self._end >= _SEGMENT_BYTES:
            self._next_segment()
        written = os.pwritev(self._file, (nonce, sealed), self._end)
        if written < length:
            self._write_rest(memoryview(nonce + sealed)[written:], self._end + written)
        place = Place(self._segment, self._end, length, self._key)
        self._end += length
        self._live[self._segment] += 1
        return place

    def read(self, name: bytes, place: Place) -> bytes:
        """The bytes at `place`. Raises Corrupt where they were altered, cut or renamed."""
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
        """Wait until the disk has what was appended."""
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
        if self._file >= 0:
            if self._power_safe:
                self.sync()
            os.close(self._file)
            self._file = -1  # should the next segment not open, this one is not closed twice
            if self._live[self._segment] == 0:
                self._remove(self._segment)
        self._segment += 1
        # A spent segment is written over: its pages are there already, which halves the cost.
        if self._spare.exists():
            self._spare.rename(self._path(self._segment))
        self._file = os.open(self._path(self._segment), os.O_WRONLY | os.O_CREAT, 0o600)
        self._live[self._segment] = self._end = 0

    def _remove(self, segment: int) -> None:
        del self._live[segment]
        if segment in self._readers:
            os.close(self._readers.pop(segment))
        if self._path(segment).exists():
            self._path(segment).rename(self._spare)

    def _path(self, segment: int) -> Path:
        return self._folder / f"{segment:08d}.seg"
