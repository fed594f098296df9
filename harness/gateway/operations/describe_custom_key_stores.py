"""DescribeCustomKeyStores: which there are, whether they are connected, and why not."""

from collections.abc import Iterable
from typing import Any

from harness.gateway.call import Call
from harness.gateway.pages import ListRequest
from harness.gateway.refusals import invalid, refusal
from harness.gateway.ring.stores import EXTERNAL, FAILED, KeyStore, ProxySettings
from harness.gateway.shapes import CustomKeyStoreId
from harness.gateway.store_request import StoreName

__all__ = ["DescribeCustomKeyStores"]


class DescribeCustomKeyStores(ListRequest, frozen=True, kw_only=True):
    """All of them, or one by its id or its name."""

    custom_key_store_id: CustomKeyStoreId | None = None
    custom_key_store_name: StoreName | None = None

    def answer(self, call: Call) -> dict[str, Any]:
        call.permit_account()
        found = ((store.id, _told(store)) for store in self._found(call) if store.id > self.after)
        return self.page("CustomKeyStores", found, usual=100)

    def _found(self, call: Call) -> Iterable[KeyStore]:
        name = self.custom_key_store_name
        if self.custom_key_store_id is None and name is None:
            return call.world.stores.of(call.home)
        if self.custom_key_store_id is not None:
            if name is not None:
                raise invalid("Specify CustomKeyStoreId or CustomKeyStoreName, but not both.")
            return [call.world.stores.find(call.home, self.custom_key_store_id)]
        named = [store for store in call.world.stores.of(call.home) if store.name == name]
        if not named:
            text = f"Custom key store {name} is not found."
            raise refusal("CustomKeyStoreNotFoundException", text)
        return named


def _told(store: KeyStore) -> dict[str, Any]:
    failed = {"ConnectionErrorCode": store.error} if store.connection == FAILED else {}
    return failed | {
        "CustomKeyStoreId": store.id,
        "CustomKeyStoreName": store.name,
        "CustomKeyStoreType": EXTERNAL,
        "ConnectionState": store.connection,
        "CreationDate": round(store.created_s, 3),
        "XksProxyConfiguration": _proxy(store.proxy),
    }


def _proxy(proxy: ProxySettings) -> dict[str, str]:
    service = {"VpcEndpointServiceName": proxy.service, "VpcEndpointServiceOwner": proxy.owner}
    return (service if proxy.service else {}) | {
        "Connectivity": proxy.connectivity,
        "AccessKeyId": proxy.access_key_id,
        "UriEndpoint": proxy.endpoint,
        "UriPath": proxy.path,
    }
