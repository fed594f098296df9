"""Drops what it is given, but for a fair sample that playback can verify: for load, not to keep."""

import random
from collections.abc import Sequence
from typing import Final

from harness.store import Opening

__all__ = ["Discard"]

_SAMPLE: Final = 256
_SAMPLE_BYTES: Final = 64 * 1024**2


class Discard:
    """Keeps at most 256 envelopes and 64 MiB in memory: a reservoir over all that came."""

    def __init__(self, opening: Opening) -> None:
        self._rng = random.Random(opening.seed)
        self._sample: dict[int, bytes] = {}
        self._bytes = 0
        self._seen = 0

    def put(self, recording: int, envelope: bytes) -> None:
        self._seen += 1
        if self._rng.random() * self._seen < _SAMPLE:
            self._keep(recording, envelope)

    def get(self, recording: int) -> bytes | None:
        return self._sample.get(recording)

    def kept(self) -> Sequence[int]:
        return list(self._sample)

    def close(self) -> None:
        self._sample.clear()

    def _keep(self, recording: int, envelope: bytes) -> None:
        self._bytes += len(envelope) - len(self._sample.get(recording, b""))
        self._sample[recording] = envelope
        while len(self._sample) > _SAMPLE or self._bytes > _SAMPLE_BYTES:
            evicted = self._rng.choice(list(self._sample))
            self._bytes -= len(self._sample.pop(evicted))
