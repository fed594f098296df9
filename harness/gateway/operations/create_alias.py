"""CreateAlias: a name for a key, by which the platform is told of it."""

from harness.gateway.call import Call
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

    def answer(self, call: Call) -> None:
        arn = call.home + checked_name(self.alias_name)
        key = demand(call.key(checked_target(self.target_key_id)), PRESENT)
        if call.ring.alias(arn):
            text = f"An alias with the name {arn} already exists"
            raise refusal("AlreadyExistsException", text)
        call.ring.put_alias(Alias(arn, key.arn, created_s=call.now, updated_s=call.now))
