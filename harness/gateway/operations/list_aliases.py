"""ListAliases: every alias, or those of one key, a page at a time."""

from collections.abc import Iterable
from typing import Any

from harness.gateway.call import Call
from harness.gateway.pages import ListRequest
from harness.gateway.ring.aliases import Alias
from harness.gateway.shapes import KeyId

__all__ = ["ListAliases"]


class ListAliases(ListRequest, frozen=True, kw_only=True):
    """Fifty aliases a page, unless the request says otherwise."""

    key_id: KeyId | None = None

    def answer(self, call: Call) -> dict[str, Any]:
        call.permit_account()
        found = ((alias.name, _told(alias)) for alias in self._found(call))
        return self.page("Aliases", found, usual=50)

    def _found(self, call: Call) -> Iterable[Alias]:
        if self.key_id is None:
            return call.ring.aliases(call.home, self.after)
        key = call.ring.find_key(self.key_id, call.home)
        return (alias for alias in call.ring.pointing_at(key) if alias.name > self.after)


def _told(alias: Alias) -> dict[str, Any]:
    return {
        "AliasName": alias.name,
        "AliasArn": alias.arn,
        "TargetKeyId": alias.key_arn.rpartition("/")[2],
        "CreationDate": round(alias.created_s, 3),
        "LastUpdatedDate": round(alias.updated_s, 3),
    }
