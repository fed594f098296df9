"""Where a new key is to live: in KMS, or in a custom key store, and whether it can be there."""

from typing import Protocol

from harness.gateway.call import Call
from harness.gateway.refusals import invalid, refusal
from harness.gateway.ring.specs import SYMMETRIC
from harness.gateway.ring.stores import CONNECTED, EXTERNAL, KeyStore, demand_connection


class Placed(Protocol):
    """What CreateKey asks for. The codes below are documented, the words are not."""

    @property
    def origin(self) -> str: ...
    @property
    def custom_key_store_id(self) -> str | None: ...
    @property
    def xks_key_id(self) -> str | None: ...
    @property
    def multi_region(self) -> bool: ...


def placed(call: Call, asked: Placed, spec: str) -> KeyStore | None:
    """The store that the new key is to be in, None for KMS's own. Raises KmsError."""
    if asked.xks_key_id and asked.origin != EXTERNAL:
        raise invalid(f"XksKeyId is not valid for a key with an Origin of {asked.origin}.")
    if asked.origin in ("AWS_KMS", "EXTERNAL"):
        if asked.custom_key_store_id:
            raise invalid(f"An Origin of {asked.origin} is not valid in a custom key store.")
        return None
    if asked.custom_key_store_id is None:
        raise invalid(f"CustomKeyStoreId is required for an Origin of {asked.origin}.")
    store = call.world.stores.find(call.home, asked.custom_key_store_id)
    if asked.origin != EXTERNAL:
        raise invalid(f"Custom key store {store.id} is of type {EXTERNAL}, not {asked.origin}.")
    if spec != SYMMETRIC or asked.multi_region:
        text = "Custom key stores hold symmetric encryption keys of a single Region only."
        raise refusal("UnsupportedOperationException", text)
    _demand_free(call, demand_connection(store, CONNECTED), asked.xks_key_id)
    call.reach(store.id, "CustomKeyStoreInvalidStateException")
    return store


def _demand_free(call: Call, store: KeyStore, xks_key_id: str | None) -> None:
    if not xks_key_id:
        raise invalid(f"XksKeyId is required for an Origin of {EXTERNAL}.")
    held = (call.ring.get(arn) for arn in call.world.stores.keys(store))
    if any(key is not None and key.xks_key_id == xks_key_id for key in held):
        text = f"External key {xks_key_id} is already associated with a KMS key in {store.id}."
        raise refusal("XksKeyAlreadyInUseException", text)
