"""Where sealed recordings go, and what can be fetched from there again."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from harness.bucket import Bucket
from harness.errors import BadInput


def _no_bucket() -> Bucket:
    raise BadInput("no bucket to store into")


@dataclass(frozen=True)
class Opening:
    """What a store is opened with; `seed` decides which recordings a sample keeps. `bucket` finds
    the bucket, and is only asked by a store that keeps in one."""

    folder: Path
    seed: int
    bucket: Callable[[], Bucket] = _no_bucket


class Store(Protocol):
    """Keeps envelopes by recording id. Putting one again replaces it."""

    def put(self, recording: int, envelope: bytes) -> None: ...

    def get(self, recording: int) -> bytes | None:
        """The envelope, or None where it is missing."""
        ...

    def kept(self) -> Sequence[int]:
        """The recordings that can be fetched, each once. It costs the same however many they are;
        some may come while it is read."""
        ...

    def close(self) -> None: ...
