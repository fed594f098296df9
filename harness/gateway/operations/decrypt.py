"""Decrypt: a wrapped data key back in the clear; every playback stands on it."""

from typing import Any

from harness.gateway.account import Account
from harness.gateway.request import CryptographicRequest
from harness.gateway.shapes import Algorithm, CiphertextBlob, Context, KeyId

__all__ = ["Decrypt"]


class Decrypt(CryptographicRequest, frozen=True, kw_only=True):
    """Raises InvalidCiphertext-, IncorrectKey- or AccessDeniedException, or for the key's state."""

    ciphertext_blob: CiphertextBlob
    key_id: KeyId | None = None
    encryption_context: Context | None = None
    encryption_algorithm: Algorithm = "SYMMETRIC_DEFAULT"

    def answer(self, account: Account, now: float) -> dict[str, Any]:
        key, plaintext = account.unwrap(
            self.ciphertext_blob,
            self.encryption_context,
            named=self.key_id,
            algorithm=self.encryption_algorithm,
            operation="Decrypt",
            now=now,
        )
        self.stop_if_dry()
        return {
            "KeyId": key.arn,
            "Plaintext": plaintext,
            "EncryptionAlgorithm": self.encryption_algorithm,
        }
