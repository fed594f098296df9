"""KMS as a client sees it: the data plane, where load goes. One attempt a call; retrying is ours.

Implementations are found by name, as `--client` gives it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

from harness.backend import Backend

# Told of an attempt that the client is going to repeat by itself: operation, seconds, error code.
Retried = Callable[[str, float, str], None]


@dataclass(frozen=True, slots=True, repr=False)
class DataKey:
    """A data key and its wrapped copy; no repr, so that no log can show the plaintext."""

    plaintext: bytes  # 32 bytes, to be dropped as soon as it was used
    wrapped: bytes


@dataclass(frozen=True)
class Connection:
    """What a client is made with."""

    backend: Backend
    key: str  # key id, ARN or alias
    timeout_s: float
    concurrency: int  # calls at once, at most
    retry_mode: str  # the SDK's own: off, legacy, standard, adaptive


class Kms(Protocol):
    """The calls that recordings need, made with (Connection, Retried). Both raise KmsError."""

    def generate_data_key(self, context: Mapping[str, str]) -> DataKey:
        """GenerateDataKey, AES_256, bound to this encryption context."""
        ...

    def decrypt(self, wrapped: bytes, context: Mapping[str, str]) -> bytes:
        """Decrypt: the data key's plaintext. The context must be the same, case and all."""
        ...

    def close(self) -> None: ...
