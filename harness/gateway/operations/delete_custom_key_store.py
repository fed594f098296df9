"""DeleteCustomKeyStore: KMS forgets a store; the external key manager keeps its keys."""

from typing import Any

from harness.gateway.call import Call
from harness.gateway.refusals import refusal
from harness.gateway.ring.stores import DISCONNECTED, demand_connection
from harness.gateway.store_request import StoreRequest

__all__ = ["DeleteCustomKeyStore"]


class DeleteCustomKeyStore(StoreRequest, frozen=True, kw_only=True):
    """Raises CustomKeyStoreHasCMKsException as long as there are KMS keys in it."""

    def answer(self, call: Call) -> dict[str, Any]:
        store = demand_connection(self.store(call), DISCONNECTED)
        if any(call.ring.get(arn) for arn in call.world.stores.keys(store)):
            raise refusal("CustomKeyStoreHasCMKsException")
        call.world.drop_store(store)
        return {}
