"""Decrypt: a wrapped data key back in the clear; every playback stands on it."""

from typing import Any

from harness.gateway.call import Call
from harness.gateway.opening import opened
from harness.gateway.request import CryptographicRequest
from harness.gateway.shapes import Algorithm, CiphertextBlob, Context, KeyId

__all__ = ["Decrypt"]


class Decrypt(CryptographicRequest, frozen=True, kw_only=True):
    """Raises InvalidCiphertext-, IncorrectKey- or AccessDeniedException, or for the key's state."""

    ciphertext_blob: CiphertextBlob
    key_id: KeyId | None = None
    encryption_context: Context | None = None
    encryption_algorithm: Algorithm = "SYMMETRIC_DEFAULT"

    def answer(self, call: Call) -> dict[str, Any]:
        found = opened(
            call,
            self.ciphertext_blob,
            self.encryption_context,
            named=self.key_id,
            algorithm=self.encryption_algorithm,
        )
        self.stop_if_dry()
        return {
            "KeyId": found.key.arn,
            "Plaintext": found.plaintext,
            "EncryptionAlgorithm": self.encryption_algorithm,
            "KeyMaterialId": found.material_id,
        }
