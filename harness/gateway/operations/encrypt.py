"""Encrypt: up to 4,096 bytes under a key that never leaves; "Test & Save" begins with it."""

from typing import Any

from harness.gateway.call import Call
from harness.gateway.opening import encrypted, fit
from harness.gateway.request import CryptographicRequest
from harness.gateway.ring.oaep import demand_room
from harness.gateway.ring.specs import SYMMETRIC
from harness.gateway.shapes import Algorithm, Context, KeyId, Plaintext

__all__ = ["Encrypt"]


class Encrypt(CryptographicRequest, frozen=True, kw_only=True):
    """Refused on a key that is not Enabled, or not of the algorithm asked for."""

    key_id: KeyId
    plaintext: Plaintext
    encryption_context: Context | None = None
    encryption_algorithm: Algorithm = "SYMMETRIC_DEFAULT"

    def answer(self, call: Call) -> dict[str, Any]:
        context, algorithm = self.encryption_context, self.encryption_algorithm
        key = fit(call.seen(self.key_id, context), algorithm, call.operation, context)
        if algorithm != SYMMETRIC:
            demand_room(key.spec, algorithm, self.plaintext)
        self.stop_if_dry()
        return {
            "CiphertextBlob": encrypted(call, key, algorithm, self.plaintext, context),
            "KeyId": key.arn,
            "EncryptionAlgorithm": algorithm,
        }
