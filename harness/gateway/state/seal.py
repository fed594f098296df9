"""What seals the state file: a key drawn from a passphrase or from a file of random bytes.

Source of the cost: RFC 7914, scrypt; about a tenth of a second and 64 MiB a try.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from harness.errors import BadInput, Corrupt

PASSPHRASE: Final = "EKM_STATE_PASSPHRASE"  # noqa: S105  # the variable's name
SALT_BYTES: Final = 16
_KEY_BYTES: Final = 32
_NONCE_BYTES: Final = 12
_LEAST_SECRET_BYTES: Final = 12


class Seal:
    """Seals records, each to the place that it is for."""

    def __init__(self, secret: bytes, salt: bytes) -> None:
        drawn = Scrypt(salt=salt, length=_KEY_BYTES, n=2**16, r=8, p=1).derive(secret)
        self._cipher = AESGCM(drawn)

    def close(self, place: bytes, record: bytes) -> bytes:
        """The record, sealed to `place`."""
        nonce = os.urandom(_NONCE_BYTES)
        return nonce + self._cipher.encrypt(nonce, record, place)

    def open(self, place: bytes, sealed: bytes) -> bytes:
        """The record. Raises Corrupt for another secret, another place, or altered bytes."""
        try:
            return self._cipher.decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], place)
        except InvalidTag:
            raise Corrupt(f"the record of {place.decode(errors='replace')} does not open") from None


@dataclass(frozen=True, slots=True, kw_only=True)
class Secret:
    """What the seal is drawn from; `told` names it for a message."""

    value: bytes = field(repr=False)
    told: str


def secret(key_file: str, environment: Mapping[str, str]) -> Secret:
    """The bytes of the key file if one is named, else the passphrase. Raises BadInput."""
    if key_file:
        return Secret(value=_enough(_read(Path(key_file)), key_file), told=key_file)
    passphrase = environment.get(PASSPHRASE, "")
    if not passphrase:
        wanted = f"--state-key-file, or a passphrase in {PASSPHRASE}"
        raise BadInput("--state seals what it keeps", wanted=wanted)
    return Secret(value=_enough(passphrase.encode(), PASSPHRASE), told=f"the {PASSPHRASE} given")


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return _made(path)
    except OSError as error:
        raise BadInput(f"cannot read {path}: {error.strerror}") from None


def _made(path: Path) -> bytes:
    """A new key file, that none but its owner may read."""
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(made := os.urandom(_KEY_BYTES))
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        raise BadInput(f"cannot make {path}: {error.strerror}") from None
    return made


def _enough(value: bytes, told: str) -> bytes:
    if len(value) < _LEAST_SECRET_BYTES:
        got, wanted = f"{len(value)} bytes", f"{_LEAST_SECRET_BYTES} or more"
        raise BadInput(f"the secret in {told}", got, wanted)
    return value
