"""ReEncrypt: from one key to another without the plaintext leaving KMS; how keys are replaced."""

from typing import Any

from harness.gateway.call import Call
from harness.gateway.opening import Sealed, encrypted, fit, maker_of, opened, testable
from harness.gateway.quotas.limits import class_of
from harness.gateway.refusals import missing
from harness.gateway.request import CryptographicRequest
from harness.gateway.ring.oaep import demand_room
from harness.gateway.ring.specs import SYMMETRIC
from harness.gateway.shapes import Algorithm, CiphertextBlob, Context, DryRunModifiers, KeyId

__all__ = ["ReEncrypt"]


class ReEncrypt(CryptographicRequest, frozen=True, kw_only=True):
    """Refused for the ciphertext as Decrypt is, for the destination as Encrypt is."""

    ciphertext_blob: CiphertextBlob | None = None
    destination_key_id: KeyId
    source_key_id: KeyId | None = None
    source_encryption_context: Context | None = None
    destination_encryption_context: Context | None = None
    source_encryption_algorithm: Algorithm = "SYMMETRIC_DEFAULT"
    destination_encryption_algorithm: Algorithm = "SYMMETRIC_DEFAULT"
    dry_run_modifiers: DryRunModifiers | None = None

    def charges(self, call: Call) -> tuple[str, ...]:
        """Once for each kind of key and each store: two keys of a kind are one request still."""
        blob = self.ciphertext_blob if call.world.stores else None
        source = call.peek(self.source_key_id) if self.source_key_id else maker_of(call, blob)
        target = call.peek(self.destination_key_id)
        return tuple(dict.fromkeys((*class_of(source or target), *class_of(target))))

    def answer(self, call: Call) -> dict[str, Any]:
        context, algorithm = (
            self.destination_encryption_context,
            self.destination_encryption_algorithm,
        )
        seen = call.seen(self.destination_key_id, context, "ReEncryptTo")
        target = fit(seen, algorithm, call.operation, context)
        if self.dry_run and self.dry_run_modifiers:
            testable(call, self._source)
            self.stop_if_dry()
        if self.ciphertext_blob is None:
            raise missing("ciphertextBlob")
        source = opened(call, self._source)
        if algorithm != SYMMETRIC:
            demand_room(target.spec, algorithm, source.plaintext)
        self.stop_if_dry()
        reply = {
            "CiphertextBlob": encrypted(call, target, algorithm, source.plaintext, context),
            "SourceKeyId": source.key.arn,
            "KeyId": target.arn,
            "SourceEncryptionAlgorithm": self.source_encryption_algorithm,
            "DestinationEncryptionAlgorithm": algorithm,
        }
        if source.material_id:
            reply["SourceKeyMaterialId"] = source.material_id
        if algorithm == SYMMETRIC:
            reply["DestinationKeyMaterialId"] = target.materials[-1].id
        return reply

    @property
    def _source(self) -> Sealed:
        return Sealed(
            self.ciphertext_blob or b"",
            self.source_encryption_context,
            self.source_encryption_algorithm,
            self.source_key_id,
            "SourceKeyId",
            "ReEncryptFrom",
        )
