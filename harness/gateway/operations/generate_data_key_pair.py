"""GenerateDataKeyPair: a new key pair, its private half in the clear and wrapped."""

from typing import Any

from harness.gateway.call import Call
from harness.gateway.later import Later
from harness.gateway.pair_request import PairRequest

__all__ = ["GenerateDataKeyPair"]


class GenerateDataKeyPair(PairRequest, frozen=True, kw_only=True):
    """What a platform makes and rotates where a key pair wraps its data keys."""

    def answer(self, call: Call) -> Later:
        self.stop_if_attested()
        return self.make(call)

    def told(self, private: bytes) -> dict[str, Any]:
        return {"PrivateKeyPlaintext": private}
