"""Where keys and aliases are kept beyond memory: nowhere, unless somebody brings a place."""

from typing import Protocol

from harness.gateway.ring.aliases import Alias
from harness.gateway.ring.key import Key
from harness.gateway.ring.stores import KeyStore

Record = Key | Alias | KeyStore


class Keep(Protocol):
    """Is told of every record that is put or dropped; `commit` makes them last."""

    def put(self, record: Record) -> None: ...
    def drop(self, record: Record) -> None: ...
    def commit(self) -> None: ...


class Forgetful:
    """Keeps nothing: the process is all there is."""

    def put(self, record: Record) -> None: ...
    def drop(self, record: Record) -> None: ...
    def commit(self) -> None: ...
