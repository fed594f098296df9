"""CreateAlias: a name for a key, by which the platform is told of it."""

from harness.gateway.account import Account
from harness.gateway.refusals import refusal
from harness.gateway.request import Request
from harness.gateway.ring.aliases import Alias, checked_name, checked_target
from harness.gateway.ring.key import PRESENT, demand
from harness.gateway.shapes import AliasName, KeyId

__all__ = ["CreateAlias"]


class CreateAlias(Request, frozen=True, kw_only=True):
    """Raises AlreadyExistsException for a name that is taken."""

    alias_name: AliasName
    target_key_id: KeyId

    def answer(self, account: Account, now: float) -> None:
        ring, name = account.ring, checked_name(self.alias_name)
        key = demand(ring.find_key(checked_target(self.target_key_id), now), PRESENT)
        if ring.alias(name, now):
            text = f"An alias with the name {ring.home}{name} already exists"
            raise refusal("AlreadyExistsException", text)
        ring.put_alias(Alias(name, key.id, created_s=now, updated_s=now))
