"""The keys that a request names, for wire faults that strike by key; more is not known here."""

from functools import cached_property
from typing import Final

import msgspec

_NAMING: Final = ("KeyId", "TargetKeyId", "SourceKeyId", "DestinationKeyId")


class Named:
    """Called with a key's id, ARN or alias: whether the request names that key so.

    An alias is not resolved, and what made a blob is not known.
    """

    def __init__(self, body: bytes) -> None:
        self._body = body

    def __call__(self, name: str) -> bool:
        return _last(name) in self._names

    @cached_property
    def _names(self) -> set[str]:
        try:
            asked = msgspec.json.decode(self._body, type=dict[str, msgspec.Raw])
            named = [msgspec.json.decode(asked[n], type=str) for n in _NAMING if n in asked]
        except (ValueError, RecursionError):
            return set()
        return {_last(name) for name in named}


def _last(name: str) -> str:
    """A name without its Region and account: a key's id, or an alias."""
    return name.rpartition(":")[2].removeprefix("key/")
