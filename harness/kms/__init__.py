"""KMS as a client sees it: the data plane, where load goes. One attempt a call; retrying is ours.

Implementations are found by name, as `--client` gives it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, Protocol

from harness.backend import Backend

# Told of an attempt that the client is going to repeat by itself: operation, seconds, error code.
Retried = Callable[[str, float, str], None]
PAIR_SPEC: Final = "RSA_2048"


@dataclass(frozen=True, slots=True, repr=False)
class DataKey:
    """A data key and its wrapped copy; no repr, so that no log can show the plaintext."""

    plaintext: bytes  # 32 bytes, to be dropped as soon as it was used
    wrapped: bytes
    key: str = ""  # the ARN of the key that wrapped it


@dataclass(frozen=True, slots=True)
class KeyPair:
    """A key pair of which only the public half is in the clear."""

    public: bytes  # DER, SubjectPublicKeyInfo
    wrapped: bytes  # the private half, PKCS #8, as KMS wrapped it
    key: str


@dataclass(frozen=True)
class Connection:
    """What a client is made with."""

    backend: Backend
    key: str  # key id, ARN or alias
    timeout_s: float
    concurrency: int  # calls at once, at most
    retry_mode: str = "off"  # the SDK's own: off, legacy, standard, adaptive
    clients: int = 1  # of the SDK, that share the load


class Kms(Protocol):
    """The calls that recordings need, made with (Connection, Retried). All raise KmsError."""

    def generate_data_key(self, context: Mapping[str, str]) -> DataKey:
        """GenerateDataKey, AES_256, bound to this encryption context."""
        ...

    def generate_key_pair(self, context: Mapping[str, str]) -> KeyPair:
        """GenerateDataKeyPairWithoutPlaintext, RSA_2048, bound to this encryption context."""
        ...

    def decrypt(self, wrapped: bytes, context: Mapping[str, str], key: str | None) -> bytes:
        """Decrypt: what was wrapped, by `key` and no other (None: whichever it was). The context
        must be the same, case and all."""
        ...

    def link(self, key: str) -> None:
        """Make what is made from now on under this key."""
        ...

    def close(self) -> None: ...
