"""VerifyMac: whether a code is by this HMAC key, and of this message."""

import hmac
from typing import Any

from harness.gateway.call import Call
from harness.gateway.mac_request import MacRequest
from harness.gateway.refusals import refusal
from harness.gateway.shapes import CiphertextBlob

__all__ = ["VerifyMac"]


class VerifyMac(MacRequest, frozen=True, kw_only=True):
    """Raises KMSInvalidMacException where it is not."""

    mac: CiphertextBlob

    def answer(self, call: Call) -> dict[str, Any]:
        key, made = self.make(call)
        if not hmac.compare_digest(made, self.mac):
            raise refusal("KMSInvalidMacException")
        return {"KeyId": key.arn, "MacValid": True, "MacAlgorithm": self.mac_algorithm}
