"""Keys, aliases and key stores as bytes, and back: what the state file seals."""

from typing import Any, Final

import msgspec

from harness.gateway.iam.policy import Policy, key_policy
from harness.gateway.ring.aliases import Alias
from harness.gateway.ring.keep import Record
from harness.gateway.ring.key import Key
from harness.gateway.ring.stores import KeyStore

_KINDS: Final[dict[str, type[Record]]] = {"key": Key, "alias": Alias, "store": KeyStore}


def place(record: Record) -> str:
    """Where a record belongs: its kind and its ARN."""
    kind = next(kind for kind, its in _KINDS.items() if isinstance(record, its))
    return f"{kind} {record.arn}"


def encoded(record: Record) -> bytes:
    """The record as MessagePack."""
    return msgspec.msgpack.encode(record, enc_hook=_told)


def decoded(where: str, encoding: bytes) -> Record:
    """The record that belongs to this place."""
    kind, _, arn = where.partition(" ")
    account = arn.split(":")[4]

    def made(wanted: type, told: Any) -> Any:
        assert wanted is Policy
        return key_policy(told, account)

    return msgspec.msgpack.decode(encoding, type=_KINDS[kind], dec_hook=made)


def _told(value: Any) -> Any:
    if isinstance(value, Policy):
        return value.text
    raise NotImplementedError(type(value))
