"""DeleteAlias: takes a name away from a key; who calls the key by it is answered NotFound."""

from harness.gateway.account import Account
from harness.gateway.request import Request
from harness.gateway.ring.aliases import checked_name
from harness.gateway.shapes import AliasName

__all__ = ["DeleteAlias"]


class DeleteAlias(Request, frozen=True, kw_only=True):
    """Raises NotFoundException where there is none; the key itself stays as it is."""

    alias_name: AliasName

    def answer(self, account: Account, now: float) -> None:
        account.ring.find(checked_name(self.alias_name), now)
        account.ring.drop_alias(self.alias_name)
