"""ListAliases: every alias, or those of one key, a page at a time."""

from typing import Any

from harness.gateway.account import Account
from harness.gateway.pages import ListRequest
from harness.gateway.shapes import KeyId

__all__ = ["ListAliases"]


class ListAliases(ListRequest, frozen=True, kw_only=True):
    """Fifty aliases a page, unless the request says otherwise."""

    key_id: KeyId | None = None

    def answer(self, account: Account, now: float) -> dict[str, Any]:
        ring = account.ring
        only = self.key_id and ring.find_key(self.key_id, now).id
        aliases = {
            alias.name: {
                "AliasName": alias.name,
                "AliasArn": f"{ring.home}{alias.name}",
                "TargetKeyId": alias.key_id,
                "CreationDate": round(alias.created_s, 3),
                "LastUpdatedDate": round(alias.updated_s, 3),
            }
            for alias in ring.aliases(now)
            if only in (None, alias.key_id)
        }
        return self.page("Aliases", aliases, usual=50)
