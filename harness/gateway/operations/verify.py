"""Verify: whether a signature is by this key, and of this message."""

from typing import Any

from harness.gateway.call import Call
from harness.gateway.refusals import refusal
from harness.gateway.ring import signing
from harness.gateway.shapes import CiphertextBlob
from harness.gateway.signing_request import SigningRequest

__all__ = ["Verify"]


class Verify(SigningRequest, frozen=True, kw_only=True):
    """Raises KMSInvalidSignatureException where it is not."""

    signature: CiphertextBlob

    def answer(self, call: Call) -> dict[str, Any]:
        key = self.signer(call)
        secret, algorithm = key.materials[-1].secret, self.signing_algorithm
        kind, signature = self.message_type, self.signature
        if not signing.verifies(secret, self.message, kind, algorithm, signature):
            raise refusal("KMSInvalidSignatureException")
        return {"KeyId": key.arn, "SignatureValid": True, "SigningAlgorithm": algorithm}
