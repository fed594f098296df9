"""A request for a new key pair, whose private half comes wrapped under a symmetric key."""

from collections.abc import Callable
from typing import Any

from harness.gateway.call import Call
from harness.gateway.later import Later
from harness.gateway.refusals import refusal
from harness.gateway.request import AttestedRequest
from harness.gateway.ring.key import Key, demand_symmetric
from harness.gateway.ring.pairs import public_der
from harness.gateway.ring.specs import PairSpec
from harness.gateway.shapes import Context, KeyId


class PairRequest(AttestedRequest, frozen=True, kw_only=True):
    """Refused on a key that is not Enabled and symmetric, or in a custom key store."""

    key_id: KeyId
    key_pair_spec: PairSpec
    encryption_context: Context | None = None

    def charges(self, call: Call) -> tuple[str, ...]:
        """Each spec has a quota of its own, and key pairs count against no other."""
        return (self.key_pair_spec,)

    def make(self, call: Call) -> Later:
        """The reply, once the pair is made; with the private half in the clear if that is asked."""
        context = self.encryption_context
        key = demand_symmetric(call.seen(self.key_id, context), call.operation)
        if key.store:
            # The refusal is documented, its words are not.
            text = f"{call.operation} is not supported for keys in a custom key store."
            raise refusal("UnsupportedOperationException", text)
        self.stop_if_dry()
        return Later(call.world.foundry.order(self.key_pair_spec), self._finish(call, key))

    def _finish(self, call: Call, key: Key) -> Callable[[bytes], dict[str, Any]]:
        def finish(private: bytes) -> dict[str, Any]:
            return self.told(private) | {
                "PrivateKeyCiphertextBlob": call.wrap(key, private, self.encryption_context),
                "PublicKey": public_der(private),
                "KeyId": key.arn,
                "KeyPairSpec": self.key_pair_spec,
                "KeyMaterialId": key.materials[-1].id,
            }

        return finish

    def told(self, private: bytes) -> dict[str, Any]:
        """What the reply says of the private half in the clear."""
        return {}
