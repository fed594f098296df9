"""GenerateMac: a code that only who may use this HMAC key can make, or check."""

from typing import Any

from harness.gateway.call import Call
from harness.gateway.mac_request import MacRequest

__all__ = ["GenerateMac"]


class GenerateMac(MacRequest, frozen=True, kw_only=True):
    """Refused on a key that is not Enabled, or not for codes under this algorithm."""

    def answer(self, call: Call) -> dict[str, Any]:
        key, mac = self.make(call)
        return {"Mac": mac, "MacAlgorithm": self.mac_algorithm, "KeyId": key.arn}
