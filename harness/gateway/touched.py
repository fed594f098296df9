"""The keys that a call is about, found out where a wire fault strikes by key."""

from collections.abc import Callable
from functools import cached_property
from typing import Any, Final

from harness.errors import KmsError
from harness.gateway.caller import Caller
from harness.gateway.ring import ciphertext
from harness.gateway.world import World

_NAMING: Final = ("key_id", "target_key_id", "source_key_id", "destination_key_id")


class Touched:
    """Called with a key's id, ARN or alias: whether the call touches that key.

    `decode` turns the body into a request; it is not asked before somebody wants to know.
    """

    def __init__(
        self, world: World, caller: Caller, decode: Callable[[bytes], Any] | None, body: bytes
    ) -> None:
        self._world, self._caller, self._decode, self._body = world, caller, decode, body

    def __call__(self, name: str) -> bool:
        return self._arn(name, self._world.account) in self._arns

    @cached_property
    def _arns(self) -> set[str]:
        """What the request names, and what made its blob. Names of no key count as none."""
        try:
            asked = self._decode(self._body) if self._decode else None
        except (ValueError, RecursionError):
            return set()
        named = (getattr(asked, field, None) for field in _NAMING)
        account = self._caller.identity.account
        found = {self._arn(name, account) for name in named if name}
        return (found | self._makers(getattr(asked, "ciphertext_blob", None))) - {""}

    def _makers(self, blob: bytes | None) -> set[str]:
        try:
            parsed = ciphertext.parse(blob or b"")
        except KmsError:
            return set()
        made_by = self._world.ring.made_by(self._caller.region, parsed.key_id)
        return {made_by.arn} if made_by else set()

    def _arn(self, name: str, account: str) -> str:
        home = f"arn:aws:kms:{self._caller.region}:{account}:"
        try:
            return self._world.ring.find(name, home).arn
        except KmsError:
            return ""
