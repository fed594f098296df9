"""GenerateRandom: bytes out of KMS's generator, bound to no key."""

from typing import Any

from harness.gateway.call import Call
from harness.gateway.quotas.limits import SHARED
from harness.gateway.refusals import invalid, refusal
from harness.gateway.request import AttestedRequest
from harness.gateway.shapes import CustomKeyStoreId, NumberOfBytes

__all__ = ["GenerateRandom"]


class GenerateRandom(AttestedRequest, frozen=True, kw_only=True):
    """Raises ValidationException where no number is given. It has no dry run, and takes none."""

    number_of_bytes: NumberOfBytes | None = None
    custom_key_store_id: CustomKeyStoreId | None = None

    def charges(self, call: Call) -> tuple[str, ...]:
        return (SHARED,)

    def answer(self, call: Call) -> dict[str, Any]:
        if self.number_of_bytes is None:
            raise invalid("NumberOfBytes is required.")
        call.permit_account()
        if self.custom_key_store_id is not None:
            store = call.world.stores.find(call.home, self.custom_key_store_id)
            text = f"Custom key store {store.id} is an external one, which makes no random bytes."
            raise refusal("UnsupportedOperationException", text)
        self.stop_if_attested()
        return {"Plaintext": call.world.random_bytes(self.number_of_bytes)}
