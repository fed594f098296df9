"""External key stores: made, connected, used and taken apart.

AWS wants a real proxy for this, which the suite does not bring; so it is not asked.
"""

import base64
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any, Final

from botocore.exceptions import ClientError

from conformance.behaviour import behaviour
from conformance.expect import NotAsked, equal, holds
from conformance.sources import api
from conformance.target import Target

STATE: Final = "CustomKeyStoreInvalidStateException"
_SECRET: Final = base64.b64encode(b"an external key manager's own").decode().ljust(43, "A")
_ENDPOINT: Final = "https://xks.example.com"


@contextmanager
def spare(kms: Target, name: str | None = None) -> Iterator[str]:
    """The id of a new store, not yet connected, and deleted afterwards: AWS allows ten."""
    if kms.lasting:
        raise NotAsked("needs the proxy of an external key store")
    made = kms.admin("CreateCustomKeyStore", **proxy(kms, name or kms.name()))
    store = {"CustomKeyStoreId": str(made["CustomKeyStoreId"])}
    try:
        yield store["CustomKeyStoreId"]
    finally:
        for operation in ("DisconnectCustomKeyStore", "DeleteCustomKeyStore"):
            with suppress(ClientError):
                kms.admin(operation, **store)


def proxy(kms: Target, name: str) -> dict[str, Any]:
    credential = {"AccessKeyId": "ABCDEFGHIJKLMNOPQRST", "RawSecretAccessKey": _SECRET}
    return {
        "CustomKeyStoreName": name,
        "CustomKeyStoreType": "EXTERNAL_KEY_STORE",
        "XksProxyConnectivity": "PUBLIC_ENDPOINT",
        "XksProxyUriEndpoint": _ENDPOINT,
        "XksProxyUriPath": f"/{kms.name()}/kms/xks/v1",
        "XksProxyAuthenticationCredential": credential,
    }


def told(kms: Target, store: str) -> dict[str, Any]:
    (found,) = kms.admin("DescribeCustomKeyStores", CustomKeyStoreId=store)["CustomKeyStores"]
    return dict(found)


def connect(kms: Target, store: str) -> None:
    kms.admin("ConnectCustomKeyStore", CustomKeyStoreId=store)
    kms.eventually(lambda: equal("CONNECTED", told(kms, store)["ConnectionState"], "it"))


def shared(kms: Target) -> str:
    """The id of the store that holds all external keys here; it must be left connected."""

    def make() -> str:
        if kms.lasting:
            raise NotAsked("needs the proxy of an external key store")
        store = kms.admin("CreateCustomKeyStore", **proxy(kms, kms.name()))["CustomKeyStoreId"]
        connect(kms, store)
        return str(store)

    return str(kms.once("external key store", make))


@contextmanager
def cut_off(kms: Target) -> Iterator[str]:
    """The shared store while it is disconnected."""
    store = shared(kms)
    kms.admin("DisconnectCustomKeyStore", CustomKeyStoreId=store)
    try:
        yield store
    finally:
        connect(kms, store)


def kept(kms: Target, xks_key: str | None = None) -> dict[str, Any]:
    """A new key whose material is outside."""
    fields = {"CustomKeyStoreId": shared(kms), "XksKeyId": xks_key or kms.name()}
    return kms.fresh(Origin="EXTERNAL_KEY_STORE", **fields)


@behaviour(
    "a new external key store is disconnected, and tells its proxy but not its secret",
    api("CustomKeyStoresListEntry"),
)
def _(kms: Target) -> None:
    name = kms.name()
    with spare(kms, name) as store:
        found = told(kms, store)
    equal((name, "DISCONNECTED"), (found["CustomKeyStoreName"], found["ConnectionState"]), "it")
    equal("EXTERNAL_KEY_STORE", found.get("CustomKeyStoreType"), "CustomKeyStoreType")
    equal(_ENDPOINT, found["XksProxyConfiguration"]["UriEndpoint"], "UriEndpoint")
    holds("RawSecretAccessKey" not in str(found), "it tells the secret")


@behaviour(
    "a second store of the same name: CustomKeyStoreNameInUseException", api("CreateCustomKeyStore")
)
def _(kms: Target) -> None:
    fields = proxy(kms, told(kms, shared(kms))["CustomKeyStoreName"])
    kms.admin.refused("CustomKeyStoreNameInUseException", "CreateCustomKeyStore", **fields)


@behaviour("a second store at the same URI: XksProxyUriInUseException", api("CreateCustomKeyStore"))
def _(kms: Target) -> None:
    path = told(kms, shared(kms))["XksProxyConfiguration"]["UriPath"]
    fields = proxy(kms, kms.name()) | {"XksProxyUriPath": path}
    kms.admin.refused("XksProxyUriInUseException", "CreateCustomKeyStore", **fields)


@behaviour(
    "ConnectCustomKeyStore connects, DisconnectCustomKeyStore undoes it",
    api("ConnectCustomKeyStore"),
)
def _(kms: Target) -> None:
    with spare(kms) as store:
        connect(kms, store)
        kms.admin("DisconnectCustomKeyStore", CustomKeyStoreId=store)
        kms.eventually(lambda: equal("DISCONNECTED", told(kms, store)["ConnectionState"], "it"))
        kms.admin.refused(STATE, "DisconnectCustomKeyStore", CustomKeyStoreId=store)


@behaviour(
    "a connected store is not deleted: CustomKeyStoreInvalidStateException",
    api("DeleteCustomKeyStore"),
)
def _(kms: Target) -> None:
    with spare(kms) as store:
        connect(kms, store)
        kms.admin.refused(STATE, "DeleteCustomKeyStore", CustomKeyStoreId=store)


@behaviour(
    "a store that holds keys is not deleted: CustomKeyStoreHasCMKsException",
    api("DeleteCustomKeyStore"),
)
def _(kms: Target) -> None:
    kept(kms)
    code = "CustomKeyStoreHasCMKsException"
    with cut_off(kms) as store:
        kms.admin.refused(code, "DeleteCustomKeyStore", CustomKeyStoreId=store)


@behaviour(
    "an empty, disconnected store is deleted, and is not found then", api("DeleteCustomKeyStore")
)
def _(kms: Target) -> None:
    code = "CustomKeyStoreNotFoundException"
    with spare(kms) as store:
        kms.admin("DeleteCustomKeyStore", CustomKeyStoreId=store)
        kms.admin.refused(code, "DescribeCustomKeyStores", CustomKeyStoreId=store)


@behaviour(
    "a connected store may be renamed, not moved to another endpoint", api("UpdateCustomKeyStore")
)
def _(kms: Target) -> None:
    name, elsewhere = kms.name(), {"XksProxyUriEndpoint": "https://other.example.com"}
    with spare(kms) as store:
        connect(kms, store)
        kms.admin("UpdateCustomKeyStore", CustomKeyStoreId=store, NewCustomKeyStoreName=name)
        equal(name, told(kms, store)["CustomKeyStoreName"], "CustomKeyStoreName")
        kms.admin.refused(STATE, "UpdateCustomKeyStore", CustomKeyStoreId=store, **elsewhere)
