"""GenerateDataKey: a fresh data key, in the clear and wrapped; the call everything turns on."""

from typing import Any

from harness.gateway.call import Call
from harness.gateway.request import DataKeyRequest

__all__ = ["GenerateDataKey"]


class GenerateDataKey(DataKeyRequest, frozen=True, kw_only=True):
    """Answered with the key in the clear; refused on a key that is not Enabled and symmetric."""

    def answer(self, call: Call) -> dict[str, Any]:
        key, plaintext, blob = self.make(call)
        return {
            "CiphertextBlob": blob,
            "Plaintext": plaintext,
            "KeyId": key.arn,
            "KeyMaterialId": key.materials[-1].id,
        }
