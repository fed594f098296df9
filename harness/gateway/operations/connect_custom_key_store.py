"""ConnectCustomKeyStore: from now on its keys can be used, if its proxy answers."""

from dataclasses import replace
from typing import Any

from harness.gateway.call import Call
from harness.gateway.proxies import TIMED_OUT
from harness.gateway.ring.key import State
from harness.gateway.ring.stores import (
    CONNECTED,
    DISCONNECTED,
    FAILED,
    KeyStore,
    demand_connection,
)
from harness.gateway.store_request import StoreRequest

__all__ = ["ConnectCustomKeyStore"]


class ConnectCustomKeyStore(StoreRequest, frozen=True, kw_only=True):
    """Connected, or failed, by the time it has answered; AWS takes about five minutes."""

    def answer(self, call: Call) -> dict[str, Any]:
        store = demand_connection(self.store(call), DISCONNECTED, CONNECTED)
        if store.connection == CONNECTED:
            return {}
        trouble = call.world.ask_proxy(store.id, call.now).trouble
        if trouble:
            error = "XKS_PROXY_TIMED_OUT" if trouble == TIMED_OUT else "XKS_PROXY_NOT_REACHABLE"
            call.world.put_store(replace(store, connection=FAILED, error=error))
            return {}
        _restore(call, store)
        call.world.put_store(replace(store, connection=CONNECTED, error="", before={}))
        return {}


def _restore(call: Call, store: KeyStore) -> None:
    for arn, before in store.before.items():
        key = call.ring.get(arn)
        if key is not None and key.state is State.UNAVAILABLE:
            call.put(replace(key, state=before))
