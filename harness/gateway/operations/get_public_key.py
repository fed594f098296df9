"""GetPublicKey: the half of an asymmetric key that may leave KMS."""

from typing import Any

from harness.gateway.call import Call
from harness.gateway.refusals import refusal
from harness.gateway.request import Request
from harness.gateway.ring.key import USABLE, demand
from harness.gateway.ring.pairs import public_der
from harness.gateway.ring.specs import ALGORITHMS_FIELD, SPECS, SYMMETRIC
from harness.gateway.shapes import GrantTokens, KeyId

__all__ = ["GetPublicKey"]


class GetPublicKey(Request, frozen=True, kw_only=True):
    """Raises UnsupportedOperationException for a key that has no public half."""

    key_id: KeyId
    grant_tokens: GrantTokens | None = None

    def answer(self, call: Call) -> dict[str, Any]:
        key = call.seen(self.key_id)
        if key.spec == SYMMETRIC or key.spec.startswith("HMAC_"):
            # The refusal is documented, its words are not.
            text = f"{key.arn} key spec is {key.spec} which is not valid for {call.operation}."
            raise refusal("UnsupportedOperationException", text)
        demand(key, USABLE)
        return {
            "KeyId": key.arn,
            "PublicKey": public_der(key.materials[-1].secret),
            "CustomerMasterKeySpec": key.spec,
            "KeySpec": key.spec,
            "KeyUsage": key.usage,
            ALGORITHMS_FIELD[key.usage]: SPECS[key.spec][key.usage],
        }
