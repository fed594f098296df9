"""Keeps every envelope as a file of its own, `<recording>.ekm`, whole or not at all."""

from collections.abc import Sequence
from pathlib import Path

from harness.errors import BadInput
from harness.store import Opening
from harness.store._ids import Ids

__all__ = ["Directory"]


class Directory:
    """Envelopes in a folder, readable by this user only."""

    def __init__(self, opening: Opening) -> None:
        self._folder = opening.folder
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._ids = Ids(int(path.stem, 16) for path in self._folder.glob("*.ekm"))

    def put(self, recording: int, envelope: bytes) -> None:
        path = self._path(recording)
        part = path.with_suffix(".part")
        try:
            part.write_bytes(envelope)
            part.rename(path)
        except OSError as error:
            raise BadInput(f"cannot store into {self._folder}: {error.strerror}") from None
        self._ids.add(recording)

    def get(self, recording: int) -> bytes | None:
        try:
            return self._path(recording).read_bytes()
        except FileNotFoundError:
            return None

    def kept(self) -> Sequence[int]:
        return self._ids.all

    def close(self) -> None:
        """Nothing is open between calls."""

    def _path(self, recording: int) -> Path:
        return self._folder / f"{recording:016x}.ekm"
