"""Custom key stores, as far as they can be asked about without a cluster or a proxy."""

from conformance.behaviour import behaviour
from conformance.behaviours.external_key_stores import proxy
from conformance.expect import equal, holds
from conformance.sources import MODEL, api
from conformance.target import Target

_GONE = "cks-1234567890abcdef0"
_NOT_FOUND = "CustomKeyStoreNotFoundException"


@behaviour("DescribeCustomKeyStores answers a list", api("DescribeCustomKeyStores"))
def _(kms: Target) -> None:
    told = kms.admin("DescribeCustomKeyStores")
    holds(isinstance(told.get("CustomKeyStores"), list), "CustomKeyStores is no list")


@behaviour(
    "DescribeCustomKeyStores of one that is not there: CustomKeyStoreNotFoundException",
    api("DescribeCustomKeyStores"),
)
def _(kms: Target) -> None:
    kms.admin.refused(_NOT_FOUND, "DescribeCustomKeyStores", CustomKeyStoreId=_GONE)
    kms.admin.refused(_NOT_FOUND, "DescribeCustomKeyStores", CustomKeyStoreName=kms.name())


@behaviour(
    "connecting or disconnecting one that is not there: CustomKeyStoreNotFoundException",
    api("ConnectCustomKeyStore"),
)
def _(kms: Target) -> None:
    for operation in ("ConnectCustomKeyStore", "DisconnectCustomKeyStore"):
        kms.admin.refused(_NOT_FOUND, operation, CustomKeyStoreId=_GONE)


@behaviour(
    "renaming or deleting one that is not there: CustomKeyStoreNotFoundException",
    api("UpdateCustomKeyStore"),
)
def _(kms: Target) -> None:
    rename = {"NewCustomKeyStoreName": kms.name()}
    kms.admin.refused(_NOT_FOUND, "UpdateCustomKeyStore", CustomKeyStoreId=_GONE, **rename)
    kms.admin.refused(_NOT_FOUND, "DeleteCustomKeyStore", CustomKeyStoreId=_GONE)


@behaviour(
    "a key in a key store that is not there: CustomKeyStoreNotFoundException", api("CreateKey")
)
def _(kms: Target) -> None:
    fields = {"Origin": "EXTERNAL_KEY_STORE", "CustomKeyStoreId": _GONE, "XksKeyId": "external-1"}
    kms.admin.refused(_NOT_FOUND, "CreateKey", **fields)


@behaviour("an external key store's proxy must be https: ValidationException", MODEL)
def _(kms: Target) -> None:
    fields = proxy(kms, kms.name()) | {"XksProxyUriEndpoint": "http://xks.example.com"}
    kms.admin.refused("ValidationException", "CreateCustomKeyStore", **fields)


@behaviour("a key outside key stores tells no CustomKeyStoreId", api("KeyMetadata"))
def _(kms: Target) -> None:
    told = kms.admin("DescribeKey", KeyId=kms.key())["KeyMetadata"]
    equal([], [name for name in told if "CustomKeyStore" in name or "Xks" in name], "such members")
