"""ReEncrypt: from one key to another without the plaintext leaving KMS; how keys are replaced."""

from typing import Any

from harness.gateway.call import Call
from harness.gateway.opening import fit, opened
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

    def answer(self, call: Call) -> dict[str, Any]:
        context = self.destination_encryption_context
        seen = call.seen(self.destination_key_id, context, "ReEncryptTo")
        target = fit(seen, self.destination_encryption_algorithm, call.operation)
        source = opened(
            call,
            self.ciphertext_blob,
            self.source_encryption_context,
            named=self.source_key_id,
            algorithm=self.source_encryption_algorithm,
            action="ReEncryptFrom",
        )
        self.stop_if_dry()
        return {
            "CiphertextBlob": call.wrap(target, source.plaintext, context),
            "SourceKeyId": source.key.arn,
            "KeyId": target.arn,
            "SourceKeyMaterialId": source.material_id,
            "DestinationKeyMaterialId": target.materials[-1].id,
            "SourceEncryptionAlgorithm": self.source_encryption_algorithm,
            "DestinationEncryptionAlgorithm": self.destination_encryption_algorithm,
        }
