"""Requests that name a custom key store, and what they may say of its proxy."""

from typing import Annotated, Final, Literal

import msgspec
from msgspec import Meta

from harness.errors import KmsError
from harness.gateway.call import Call
from harness.gateway.refusals import invalid, refusal
from harness.gateway.request import Request
from harness.gateway.ring.stores import KeyStore, ProxySettings
from harness.gateway.shapes import CustomKeyStoreId

PRIVATE: Final = "VPC_ENDPOINT_SERVICE"
StoreName = Annotated[str, Meta(min_length=1, max_length=256)]
Connectivity = Literal["PUBLIC_ENDPOINT", "VPC_ENDPOINT_SERVICE"]
Endpoint = Annotated[str, Meta(min_length=10, max_length=128, pattern="^https://[a-zA-Z0-9.-]+$")]
UriPath = Annotated[
    str,
    Meta(
        min_length=10,
        max_length=128,
        pattern=r"^(/[a-zA-Z0-9\/_-]+/kms/xks/v\d{1,2})$|^(/kms/xks/v\d{1,2})$",
    ),
]
ServiceName = Annotated[
    str,
    Meta(
        min_length=20,
        max_length=64,
        pattern=r"^(com|eu)\.amazonaws\.vpce\.([a-z]+-){2,3}\d+\.vpce-svc-[0-9a-z]+$",
    ),
]
Owner = Annotated[str, Meta(min_length=12, max_length=12, pattern="[0-9]{12}")]


class Credential(msgspec.Struct, frozen=True, rename="pascal"):
    """What KMS signs its requests to the proxy with."""

    access_key_id: Annotated[str, Meta(min_length=20, max_length=30, pattern="^[A-Z2-7]+$")]
    raw_secret_access_key: Annotated[
        str, Meta(min_length=43, max_length=64, pattern=r"^[a-zA-Z0-9\/+=]+$")
    ]


class StoreRequest(Request, frozen=True, kw_only=True):
    """Raises CustomKeyStoreNotFoundException for an id that no store of the caller's has."""

    custom_key_store_id: CustomKeyStoreId

    def store(self, call: Call) -> KeyStore:
        """The store, if the caller may do this."""
        call.permit_account()
        return call.world.stores.find(call.home, self.custom_key_store_id)


def unserved() -> KmsError:
    """The refusal of a private connection without its service, or of a service without one."""
    return invalid(
        f"XksProxyVpcEndpointServiceName goes with an XksProxyConnectivity of {PRIVATE}."
    )


def demand_unique_name(call: Call, name: str) -> None:
    """Raises CustomKeyStoreNameInUseException."""
    if any(store.name == name for store in call.world.stores.of(call.home)):
        text = f"The name {name} is already used by another custom key store."
        raise refusal("CustomKeyStoreNameInUseException", text)


def demand_unique_proxy(call: Call, proxy: ProxySettings, own: str = "") -> None:
    """Raises one of the Xks…InUseExceptions where another store than `own` has this proxy."""
    others = [one.proxy for one in call.world.stores.of(call.home) if one.id != own]
    private = proxy.connectivity == PRIVATE
    for other in others:
        if (other.endpoint, other.path) == (proxy.endpoint, proxy.path):
            raise refusal("XksProxyUriInUseException")
        shared = private or other.connectivity == PRIVATE
        if shared and other.endpoint == proxy.endpoint:
            raise refusal("XksProxyUriEndpointInUseException")
        if private and other.service == proxy.service:
            raise refusal("XksProxyVpcEndpointServiceInUseException")
