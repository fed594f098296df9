"""Encrypt: up to 4,096 bytes under a key that never leaves; "Test & Save" begins with it."""

from typing import Any

from harness.gateway.call import Call
from harness.gateway.opening import fit
from harness.gateway.request import CryptographicRequest
from harness.gateway.shapes import Algorithm, Context, KeyId, Plaintext

__all__ = ["Encrypt"]


class Encrypt(CryptographicRequest, frozen=True, kw_only=True):
    """Refused on a key that is not Enabled, or not of the algorithm asked for."""

    key_id: KeyId
    plaintext: Plaintext
    encryption_context: Context | None = None
    encryption_algorithm: Algorithm = "SYMMETRIC_DEFAULT"

    def answer(self, call: Call) -> dict[str, Any]:
        seen = call.seen(self.key_id, self.encryption_context)
        key = fit(seen, self.encryption_algorithm, call.operation)
        self.stop_if_dry()
        return {
            "CiphertextBlob": call.wrap(key, self.plaintext, self.encryption_context),
            "KeyId": key.arn,
            "EncryptionAlgorithm": self.encryption_algorithm,
        }
