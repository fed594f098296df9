"""DeleteAlias: takes a name away from a key; who calls the key by it is answered NotFound."""

from harness.gateway.call import Call
from harness.gateway.request import Request
from harness.gateway.ring.aliases import checked_name
from harness.gateway.shapes import AliasName

__all__ = ["DeleteAlias"]


class DeleteAlias(Request, frozen=True, kw_only=True):
    """Raises NotFoundException where there is none; the key itself stays as it is."""

    alias_name: AliasName

    def answer(self, call: Call) -> None:
        name = checked_name(self.alias_name)
        call.permit(call.ring.find(name, call.home))
        call.ring.drop_alias(call.home + name)
