"""GenerateDataKeyWithoutPlaintext: a data key for later, which nobody has seen in the clear."""

from typing import Any

from harness.gateway.call import Call
from harness.gateway.request import DataKeyRequest

__all__ = ["GenerateDataKeyWithoutPlaintext"]


class GenerateDataKeyWithoutPlaintext(DataKeyRequest, frozen=True, kw_only=True):
    """Answered with the wrapped key alone; refused as GenerateDataKey is."""

    def answer(self, call: Call) -> dict[str, Any]:
        key, _, blob = self.make(call)
        return {
            "CiphertextBlob": blob,
            "KeyId": key.arn,
            "KeyMaterialId": key.materials[-1].id,
        }
