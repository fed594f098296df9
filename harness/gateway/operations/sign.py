"""Sign: a signature by an asymmetric key, of a message or of its digest."""

from typing import Any

from harness.gateway.call import Call
from harness.gateway.ring import signing
from harness.gateway.signing_request import SigningRequest

__all__ = ["Sign"]


class Sign(SigningRequest, frozen=True, kw_only=True):
    """Refused on a key that is not Enabled, or not for signing under this algorithm."""

    def answer(self, call: Call) -> dict[str, Any]:
        key = self.signer(call)
        secret, algorithm = key.materials[-1].secret, self.signing_algorithm
        return {
            "KeyId": key.arn,
            "Signature": signing.sign(secret, self.message, self.message_type, algorithm),
            "SigningAlgorithm": algorithm,
        }
