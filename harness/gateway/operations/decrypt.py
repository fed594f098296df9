"""Decrypt: a wrapped data key back in the clear; every playback stands on it."""

from typing import Any

from harness.gateway.call import Call
from harness.gateway.opening import Sealed, maker_of, opened, testable
from harness.gateway.quotas.limits import class_of
from harness.gateway.refusals import missing
from harness.gateway.request import AttestedRequest
from harness.gateway.shapes import Algorithm, CiphertextBlob, Context, DryRunModifiers, KeyId

__all__ = ["Decrypt"]


class Decrypt(AttestedRequest, frozen=True, kw_only=True):
    """Raises InvalidCiphertext-, IncorrectKey- or AccessDeniedException, or for the key's state."""

    ciphertext_blob: CiphertextBlob | None = None
    key_id: KeyId | None = None
    encryption_context: Context | None = None
    encryption_algorithm: Algorithm = "SYMMETRIC_DEFAULT"
    dry_run_modifiers: DryRunModifiers | None = None

    def charges(self, call: Call) -> tuple[str, ...]:
        """By the key that made the ciphertext, where its store has a quota that would count."""
        if self.key_id is not None:
            return class_of(call.peek(self.key_id))
        return class_of(maker_of(call, self.ciphertext_blob) if call.world.stores else None)

    def answer(self, call: Call) -> dict[str, Any]:
        sealed = Sealed(
            self.ciphertext_blob or b"",
            self.encryption_context,
            self.encryption_algorithm,
            self.key_id,
        )
        if self.dry_run and self.dry_run_modifiers:
            testable(call, sealed)
            self.stop_if_dry()
        if self.ciphertext_blob is None:
            raise missing("ciphertextBlob")
        found = opened(call, sealed)
        self.stop_if_attested()
        self.stop_if_dry()
        reply = {
            "KeyId": found.key.arn,
            "Plaintext": found.plaintext,
            "EncryptionAlgorithm": self.encryption_algorithm,
        }
        if found.material_id:
            reply["KeyMaterialId"] = found.material_id
        return reply
