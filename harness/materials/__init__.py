"""Where a data key comes from: the trade of KMS calls against blast radius and revocation lag."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

from harness.clock import Clock
from harness.envelope import Material, Wrapped
from harness.kms import DataKey, KeyPair


@dataclass(frozen=True)
class Opening:
    """What key materials are opened with, besides their own settings."""

    clock: Clock
    organization: str
    # Told of each data key, or pair, that is let go: when it was made (epoch seconds), and how
    # many recordings were sealed under it. One made for a single recording is not told of.
    retired: Callable[[float, int], None]


class Calls(Protocol):
    """The way to KMS on behalf of one recording: each call is one attempt, noted and counted.
    All raise KmsError."""

    def generate(self, context: Mapping[str, str]) -> DataKey: ...
    def generate_pair(self, context: Mapping[str, str]) -> KeyPair: ...
    def decrypt(self, wrapped: Wrapped) -> bytes: ...


class Materials(Protocol):
    """Gives each recording the data key to seal it under, and gets it back for playback.

    Made with (Opening, **settings). Used by many greenlets of one thread.
    """

    @property
    def actions(self) -> tuple[str, ...]:
        """What the platform must be allowed to do with the key; an attribute of the class."""
        ...

    def material(self, recording: int, size: int, calls: Calls) -> Material:
        """What to seal this recording, of `size` bytes, under."""
        ...

    def unwrap(self, wrapped: Wrapped, calls: Calls) -> bytes:
        """What KMS had wrapped: of a cache, where that is allowed, or of KMS."""
        ...

    def forget(self) -> None:
        """Drop every key that is held, as a restart would; and tell of those that are let go."""
        ...
