"""Encrypt: up to 4,096 bytes under a key that never leaves; "Test & Save" begins with it."""

from typing import Any

from harness.gateway.account import Account
from harness.gateway.request import CryptographicRequest
from harness.gateway.shapes import Algorithm, Context, KeyId, Plaintext

__all__ = ["Encrypt"]


class Encrypt(CryptographicRequest, frozen=True, kw_only=True):
    """Refused on a key that is not Enabled, or not of the algorithm asked for."""

    key_id: KeyId
    plaintext: Plaintext
    encryption_context: Context | None = None
    encryption_algorithm: Algorithm = "SYMMETRIC_DEFAULT"

    def answer(self, account: Account, now: float) -> dict[str, Any]:
        found = account.ring.find(self.key_id, now)
        key = account.encrypting(found, self.encryption_algorithm, "Encrypt")
        self.stop_if_dry()
        return {
            "CiphertextBlob": account.wrap(key, self.plaintext, self.encryption_context),
            "KeyId": key.arn,
            "EncryptionAlgorithm": self.encryption_algorithm,
        }
