"""DisconnectCustomKeyStore: how a customer pulls the plug on all keys of a store at once."""

from dataclasses import replace
from typing import Any

from harness.gateway.call import Call
from harness.gateway.ring.key import SWITCHABLE, State
from harness.gateway.ring.stores import CONNECTED, DISCONNECTED, FAILED, demand_connection
from harness.gateway.store_request import StoreRequest

__all__ = ["DisconnectCustomKeyStore"]


class DisconnectCustomKeyStore(StoreRequest, frozen=True, kw_only=True):
    """Its keys are Unavailable until it is connected again, and are then what they were."""

    def answer(self, call: Call) -> dict[str, Any]:
        store = demand_connection(self.store(call), CONNECTED, FAILED)
        before = dict(store.before)
        for arn in call.world.stores.keys(store):
            key = call.ring.get(arn)
            if key is not None and key.state in SWITCHABLE:
                before[arn] = key.state
                call.put(replace(key, state=State.UNAVAILABLE))
        call.world.put_store(replace(store, connection=DISCONNECTED, error="", before=before))
        return {}
