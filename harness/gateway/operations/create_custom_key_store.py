"""CreateCustomKeyStore: keys outside of AWS, as the strictest customers want theirs."""

from typing import Annotated, Any, Literal

from msgspec import Meta

from harness.gateway.call import Call
from harness.gateway.refusals import invalid, refusal
from harness.gateway.request import Request
from harness.gateway.ring.stores import KeyStore, ProxySettings
from harness.gateway.store_request import (
    PRIVATE,
    Connectivity,
    Credential,
    Endpoint,
    Owner,
    ServiceName,
    StoreName,
    UriPath,
    demand_unique_name,
    demand_unique_proxy,
    unserved,
)

__all__ = ["CreateCustomKeyStore"]

_MOST = 10


class CreateCustomKeyStore(Request, frozen=True, kw_only=True):
    """An external key store, not connected yet. There are no CloudHSM clusters here to be found."""

    custom_key_store_name: StoreName
    custom_key_store_type: Literal["AWS_CLOUDHSM", "EXTERNAL_KEY_STORE"] = "AWS_CLOUDHSM"
    cloud_hsm_cluster_id: Annotated[str, Meta(min_length=19, max_length=24)] | None = None
    trust_anchor_certificate: Annotated[str, Meta(min_length=1, max_length=5000)] | None = None
    key_store_password: Annotated[str, Meta(min_length=7, max_length=32)] | None = None
    xks_proxy_uri_endpoint: Endpoint | None = None
    xks_proxy_uri_path: UriPath | None = None
    xks_proxy_vpc_endpoint_service_name: ServiceName | None = None
    xks_proxy_vpc_endpoint_service_owner: Owner | None = None
    xks_proxy_authentication_credential: Credential | None = None
    xks_proxy_connectivity: Connectivity | None = None

    def answer(self, call: Call) -> dict[str, Any]:
        call.permit_account()
        if self.custom_key_store_type == "AWS_CLOUDHSM":
            raise refusal("CloudHsmClusterNotFoundException")
        proxy = self._proxy(call)
        demand_unique_name(call, self.custom_key_store_name)
        demand_unique_proxy(call, proxy)
        if len(list(call.world.stores.of(call.home))) >= _MOST:
            raise refusal("LimitExceededException", "Too many custom key stores")
        made = KeyStore(
            id=f"cks-{call.world.random_bytes(9).hex()[:17]}",
            home=call.home,
            name=self.custom_key_store_name,
            created_s=call.now,
            proxy=proxy,
        )
        if proxy.connectivity == "PUBLIC_ENDPOINT":
            call.reach(made.id, "XksProxyUriUnreachableException")
        call.world.put_store(made)
        return {"CustomKeyStoreId": made.id}

    def _proxy(self, call: Call) -> ProxySettings:
        connectivity, credential = (
            self.xks_proxy_connectivity,
            self.xks_proxy_authentication_credential,
        )
        endpoint, path = self.xks_proxy_uri_endpoint, self.xks_proxy_uri_path
        if not (connectivity and credential and endpoint and path):
            # That they are required is documented, the words are not.
            raise invalid(
                "An external key store needs XksProxyConnectivity, "
                "XksProxyAuthenticationCredential, XksProxyUriEndpoint and XksProxyUriPath."
            )
        private = connectivity == PRIVATE
        service = self.xks_proxy_vpc_endpoint_service_name or ""
        if private != bool(service):
            raise unserved()
        owner = self.xks_proxy_vpc_endpoint_service_owner or call.account
        return ProxySettings(
            endpoint=endpoint,
            path=path,
            connectivity=connectivity,
            access_key_id=credential.access_key_id,
            service=service,
            owner=owner if private else "",
        )
