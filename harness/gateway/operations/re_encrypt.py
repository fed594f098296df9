"""ReEncrypt: from one key to another without the plaintext leaving KMS; how keys are replaced."""

from typing import Any

from harness.gateway.account import Account
from harness.gateway.request import CryptographicRequest
from harness.gateway.shapes import Algorithm, CiphertextBlob, Context, KeyId

__all__ = ["ReEncrypt"]


class ReEncrypt(CryptographicRequest, frozen=True, kw_only=True):
    """Refused for the blob as Decrypt is, for the destination as Encrypt is."""

    ciphertext_blob: CiphertextBlob
    destination_key_id: KeyId
    source_key_id: KeyId | None = None
    source_encryption_context: Context | None = None
    destination_encryption_context: Context | None = None
    source_encryption_algorithm: Algorithm = "SYMMETRIC_DEFAULT"
    destination_encryption_algorithm: Algorithm = "SYMMETRIC_DEFAULT"

    def answer(self, account: Account, now: float) -> dict[str, Any]:
        found = account.ring.find(self.destination_key_id, now)
        target = account.encrypting(found, self.destination_encryption_algorithm, "ReEncrypt")
        source, plaintext = account.unwrap(
            self.ciphertext_blob,
            self.source_encryption_context,
            named=self.source_key_id,
            algorithm=self.source_encryption_algorithm,
            operation="ReEncrypt",
            now=now,
        )
        self.stop_if_dry()
        return {
            "CiphertextBlob": account.wrap(target, plaintext, self.destination_encryption_context),
            "SourceKeyId": source.arn,
            "KeyId": target.arn,
            "SourceEncryptionAlgorithm": self.source_encryption_algorithm,
            "DestinationEncryptionAlgorithm": self.destination_encryption_algorithm,
        }
