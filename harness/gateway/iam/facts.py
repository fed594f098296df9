"""What condition keys one KMS request has: each worked out only when a policy asks for it."""

from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

import msgspec

from harness.gateway.iam.condition_keys import FAMILIES, KEYS
from harness.gateway.iam.identity import Identity


class KeyFacts(Protocol):
    """What conditions can ask of a key. `multi_region_type` is PRIMARY, REPLICA or empty."""

    @property
    def arn(self) -> str: ...
    @property
    def account(self) -> str: ...
    @property
    def spec(self) -> str: ...
    @property
    def usage(self) -> str: ...
    @property
    def origin(self) -> str: ...
    @property
    def multi_region(self) -> bool: ...
    @property
    def multi_region_type(self) -> str: ...
    @property
    def tags(self) -> Mapping[str, str]: ...


class RequestFacts(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """The facts of one request; call it with a condition key in lower case.

    `request` is anything with KMS's parameters as attributes in snake_case. `operation` is what a
    grant would list, `named` the key's name as it was given, `aliases` finds those of the key.
    """

    identity: Identity
    request: object
    region: str
    now: float
    operation: str = ""
    key: KeyFacts | None = None
    context: Mapping[str, str] | None = None
    named: str = ""
    aliases: Callable[[], Sequence[str]] = tuple
    same_key: bool | None = None
    peer_ip: str = ""

    def __call__(self, name: str) -> Sequence[str] | None:
        """The values of a condition key, or None where this request has no such key."""
        known = KEYS.get(name)
        if known:
            return known(self)
        for prefix, mapping in FAMILIES:
            if name.startswith(prefix):
                wanted = name[len(prefix) :]
                of = mapping(self)
                return [text for key, text in of.items() if key.lower() == wanted] or None
        return None
