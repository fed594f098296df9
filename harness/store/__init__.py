"""Where sealed recordings go, and what can be fetched from there again."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol


@dataclass(frozen=True)
class Opening:
    """What a store is opened with; `seed` decides which recordings a sample keeps."""

    folder: Path
    seed: int


class Store(Protocol):
    """Keeps envelopes by recording id. Putting one again replaces it."""

    def put(self, recording: int, envelope: bytes) -> None: ...

    def get(self, recording: int) -> bytes | None:
        """The envelope, or None where it is missing."""
        ...

    def kept(self) -> Iterable[int]:
        """The recordings that can be fetched."""
        ...

    def close(self) -> None: ...
