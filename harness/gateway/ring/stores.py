"""Custom key stores: keys whose material an external key manager holds, behind a proxy of its own.

While a store is disconnected its keys are Unavailable; connected again, they are what they were.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from harness.gateway.refusals import refusal
from harness.gateway.ring.key import State

EXTERNAL: Final = "EXTERNAL_KEY_STORE"
CONNECTED: Final = "CONNECTED"
DISCONNECTED: Final = "DISCONNECTED"
FAILED: Final = "FAILED"


@dataclass(frozen=True, slots=True, kw_only=True)
class ProxySettings:
    """How KMS reaches the proxy; `service` and `owner` are of a VPC endpoint."""

    endpoint: str
    path: str
    connectivity: str
    access_key_id: str
    service: str = ""
    owner: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyStore:
    """One external key store. `before` is what state its keys were in when it was disconnected."""

    id: str
    home: str  # how ARNs begin in its account and Region
    name: str
    created_s: float
    proxy: ProxySettings
    connection: str = DISCONNECTED
    error: str = ""  # why it could not be connected
    before: Mapping[str, State] = field(default_factory=dict)

    @property
    def arn(self) -> str:
        """What tells it from all other stores; KMS itself has no ARNs for them."""
        return f"{self.home}key-store/{self.id}"


class Stores:
    """Every store of every account and Region, and which keys it holds."""

    def __init__(self) -> None:
        self._stores: dict[str, KeyStore] = {}
        self._keys: dict[str, set[str]] = {}

    def __len__(self) -> int:
        return len(self._stores)

    def put(self, store: KeyStore) -> None:
        """Add a store, or replace the record of the same id."""
        self._stores[store.arn] = store
        self._keys.setdefault(store.id, set())

    def drop(self, store: KeyStore) -> None:
        """The store is gone."""
        del self._stores[store.arn], self._keys[store.id]

    def find(self, home: str, store_id: str) -> KeyStore:
        """The store of this id. Raises CustomKeyStoreNotFoundException."""
        found = self._stores.get(f"{home}key-store/{store_id}")
        if found is None:
            # The code is documented, the words are not.
            text = f"Custom key store {store_id} is not found."
            raise refusal("CustomKeyStoreNotFoundException", text)
        return found

    def of(self, home: str) -> Iterator[KeyStore]:
        """The stores of an account in a Region, by id."""
        return (self._stores[arn] for arn in sorted(self._stores) if arn.startswith(home))

    def note(self, store_id: str, key_arn: str) -> None:
        """A key is in this store."""
        self._keys.setdefault(store_id, set()).add(key_arn)

    def keys(self, store: KeyStore) -> list[str]:
        """The ARNs of the keys that are in a store, or were until they were deleted."""
        return sorted(self._keys[store.id])


def demand_connection(store: KeyStore, *states: str) -> KeyStore:
    """The store, if its connection is in one of these states."""
    if store.connection in states:
        return store
    # The code is documented, the words are not.
    text = f"Custom key store {store.id} is {store.connection}; wanted {' or '.join(states)}."
    raise refusal("CustomKeyStoreInvalidStateException", text)
