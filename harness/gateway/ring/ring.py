"""The keys and aliases of one account in one Region, found by any of the spellings KMS accepts.

A key is looked up on every request, so the usual spellings are one dictionary away.
"""

import re
from typing import Final

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from harness.gateway.refusals import not_found
from harness.gateway.ring.aliases import PREFIX, Alias
from harness.gateway.ring.key import Key, is_gone

_ID: Final = re.compile(
    r"mrk-[0-9a-f]{32}|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
)


class Ring:
    """Holds what changes: records are frozen, and `put` replaces one."""

    def __init__(self, region: str, account: str) -> None:
        self.home = f"arn:aws:kms:{region}:{account}:"
        self._keys: dict[str, Key] = {}
        self._spelled: dict[str, Key] = {}
        self._ciphers: dict[str, AESGCM] = {}
        self._aliases: dict[str, Alias] = {}

    def put(self, key: Key) -> Key:
        """Add a key, or replace the record of the same id."""
        self._keys[key.id] = self._spelled[key.id] = self._spelled[key.arn] = key
        if key.material and key.id not in self._ciphers:
            self._ciphers[key.id] = AESGCM(key.material)
        return key

    def cipher(self, key: Key) -> AESGCM:
        """What encrypts under `key`, which must have material."""
        return self._ciphers[key.id]

    def find(self, name: str, now: float) -> Key:
        """The key of an id, a key ARN, an alias name or an alias ARN. Raises NotFoundException."""
        key = self._spelled.get(name)
        if key is None:
            alias = self._aliases.get(name.removeprefix(self.home))
            if alias is None:
                raise self._missing(name)
            key = self._keys[alias.key_id]
        if is_gone(key, now):
            self._forget(key)
            return self.find(name, now)
        return key

    def find_key(self, name: str, now: float) -> Key:
        """As `find`, for the operations that take no alias."""
        if name.removeprefix(self.home).startswith(PREFIX):
            raise not_found(f"Invalid keyId '{name}'")
        return self.find(name, now)

    def keys(self, now: float) -> list[Key]:
        """Every key that is still there, by id."""
        for key in [key for key in self._keys.values() if is_gone(key, now)]:
            self._forget(key)
        return sorted(self._keys.values(), key=lambda key: key.id)

    def aliases(self, now: float) -> list[Alias]:
        """Every alias whose key is still there, by name."""
        self.keys(now)
        return sorted(self._aliases.values(), key=lambda alias: alias.name)

    def alias(self, name: str, now: float) -> Alias | None:
        """The alias of this name, if its key is still there."""
        self.keys(now)
        return self._aliases.get(name)

    def put_alias(self, alias: Alias) -> None:
        """Add an alias, or point it elsewhere."""
        self._aliases[alias.name] = alias

    def drop_alias(self, name: str) -> None:
        """Raises NotFoundException where there is none."""
        if self._aliases.pop(name, None) is None:
            raise self._missing(name)

    def _forget(self, key: Key) -> None:
        del self._keys[key.id], self._spelled[key.id], self._spelled[key.arn]
        self._ciphers.pop(key.id, None)
        self._aliases = {n: a for n, a in self._aliases.items() if a.key_id != key.id}

    def _missing(self, name: str) -> Exception:
        own = name.removeprefix(self.home)
        if own.startswith("arn:"):
            region = (*own.split(":"), "", "", "")[3]
            return not_found(f"Invalid arn {region}")
        if own.startswith(PREFIX):
            return not_found(f"Alias {self.home}{own} is not found.")
        plain = own.removeprefix("key/") if own != name else name
        if _ID.fullmatch(plain):
            return not_found(f"Key '{self.home}key/{plain}' does not exist")
        return not_found(f"Invalid keyId '{plain}'")
