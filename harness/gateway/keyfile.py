"""Keys that outlive the process: what was wrapped before a crash can be unwrapped after it.

The file holds the keys in the clear, for its owner's eyes only: this KMS is a stand-in, whose keys
protect rehearsals. It is replaced as a whole after every change, before the change is answered.
"""

import os
from pathlib import Path

import msgspec

from harness.errors import BadInput
from harness.gateway.aliases import Alias
from harness.gateway.keys import Key
from harness.gateway.refusals import refusal
from harness.gateway.ring import Ring


class _Kept(msgspec.Struct, frozen=True):
    format: int
    home: str
    keys: list[Key]
    aliases: list[Alias]


class KeyFile:
    """A ring's place on disk."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def attach(self, ring: Ring) -> None:
        """Load what was kept into `ring`, and keep every change to it from now on.

        Raises BadInput for a file that is none of ours, or cannot be read or written.
        """
        kept = self._load(ring.home)
        ring.restore(kept.keys, kept.aliases)
        try:
            self._save(ring)
        except OSError as error:
            raise BadInput(f"cannot write the keys to {self._path}: {error.strerror}") from None
        ring.on_change = lambda: self._keep(ring)

    def _keep(self, ring: Ring) -> None:
        try:
            self._save(ring)
        except OSError as error:
            text = f"The keys could not be kept: {error.strerror}."
            raise refusal("KMSInternalException", text) from None

    def _load(self, home: str) -> _Kept:
        try:
            kept = msgspec.json.decode(self._path.read_bytes(), type=_Kept)
        except FileNotFoundError:
            return _Kept(1, home, [], [])
        except OSError as error:
            raise BadInput(f"cannot read the keys in {self._path}: {error.strerror}") from None
        except (ValueError, RecursionError):
            raise BadInput(f"{self._path} is not a file of the gateway's keys") from None
        if (kept.format, kept.home) != (1, home):
            raise BadInput(f"the keys in {self._path}", kept.home, home)
        return kept

    def _save(self, ring: Ring) -> None:
        kept = msgspec.json.encode(_Kept(1, ring.home, *ring.contents()))
        new = self._path.with_name(f".{self._path.name}.new")
        file = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(file, "wb") as out:
            out.write(kept)
            out.flush()
            os.fsync(out.fileno())
        new.replace(self._path)
