"""UpdateCustomKeyStore: another name, another credential, another way to the proxy."""

from dataclasses import replace
from typing import Annotated, Any

from msgspec import Meta

from harness.gateway.call import Call
from harness.gateway.refusals import invalid
from harness.gateway.ring.stores import (
    CONNECTED,
    DISCONNECTED,
    KeyStore,
    ProxySettings,
    demand_connection,
)
from harness.gateway.store_request import (
    PRIVATE,
    Connectivity,
    Credential,
    Endpoint,
    Owner,
    ServiceName,
    StoreName,
    StoreRequest,
    UriPath,
    demand_unique_name,
    demand_unique_proxy,
    unserved,
)

__all__ = ["UpdateCustomKeyStore"]


class UpdateCustomKeyStore(StoreRequest, frozen=True, kw_only=True):
    """Name, credential and path may change at any time; the rest only while disconnected."""

    new_custom_key_store_name: StoreName | None = None
    key_store_password: Annotated[str, Meta(min_length=7, max_length=32)] | None = None
    cloud_hsm_cluster_id: Annotated[str, Meta(min_length=19, max_length=24)] | None = None
    xks_proxy_uri_endpoint: Endpoint | None = None
    xks_proxy_uri_path: UriPath | None = None
    xks_proxy_vpc_endpoint_service_name: ServiceName | None = None
    xks_proxy_vpc_endpoint_service_owner: Owner | None = None
    xks_proxy_authentication_credential: Credential | None = None
    xks_proxy_connectivity: Connectivity | None = None

    def answer(self, call: Call) -> dict[str, Any]:
        store = self.store(call)
        if self.key_store_password or self.cloud_hsm_cluster_id:
            # That they do not go together is documented, the words are not.
            raise invalid("KeyStorePassword and CloudHsmClusterId are for CloudHSM key stores.")
        moved = self.xks_proxy_uri_endpoint or self.xks_proxy_connectivity
        moved = moved or self.xks_proxy_vpc_endpoint_service_name
        demand_connection(store, *((DISCONNECTED,) if moved else (DISCONNECTED, CONNECTED)))
        name, proxy = self.new_custom_key_store_name or store.name, self._proxy(store)
        if name != store.name:
            demand_unique_name(call, name)
        if proxy != store.proxy:
            demand_unique_proxy(call, proxy, own=store.id)
            call.reach(store.id, "XksProxyUriUnreachableException")
        call.world.put_store(replace(store, name=name, proxy=proxy))
        return {}

    def _proxy(self, store: KeyStore) -> ProxySettings:
        was, credential = store.proxy, self.xks_proxy_authentication_credential
        connectivity = self.xks_proxy_connectivity or was.connectivity
        private = connectivity == PRIVATE
        service = self.xks_proxy_vpc_endpoint_service_name or was.service
        if private and not service:
            raise unserved()
        owner = self.xks_proxy_vpc_endpoint_service_owner or was.owner or store.home.split(":")[4]
        return ProxySettings(
            endpoint=self.xks_proxy_uri_endpoint or was.endpoint,
            path=self.xks_proxy_uri_path or was.path,
            connectivity=connectivity,
            access_key_id=credential.access_key_id if credential else was.access_key_id,
            service=service if private else "",
            owner=owner if private else "",
        )
