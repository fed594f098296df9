"""UpdateAlias: points a name at another key, which is how keys are changed without a new link."""

from dataclasses import replace

from harness.gateway.call import Call
from harness.gateway.refusals import invalid
from harness.gateway.request import Request
from harness.gateway.ring.aliases import checked_name, checked_target
from harness.gateway.ring.key import PRESENT, demand
from harness.gateway.ring.specs import family
from harness.gateway.shapes import AliasName, KeyId

__all__ = ["UpdateAlias"]


class UpdateAlias(Request, frozen=True, kw_only=True):
    """Raises ValidationException where the two keys are not of a kind."""

    alias_name: AliasName
    target_key_id: KeyId

    def answer(self, call: Call) -> None:
        arn = call.home + checked_name(self.alias_name)
        old = call.ring.find(self.alias_name, call.home)
        call.permit(old)
        key = demand(call.key(checked_target(self.target_key_id)), PRESENT)
        if (family(old.spec), old.usage) != (family(key.spec), key.usage):
            kinds = f"{old.spec} {old.usage} and {key.spec} {key.usage}"
            raise invalid(f"Both keys must be of the same type and usage; they are {kinds}.")
        alias = call.ring.alias(arn)
        assert alias is not None, "an alias that found its key is there"
        call.ring.put_alias(replace(alias, key_arn=key.arn, updated_s=call.now))
