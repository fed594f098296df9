"""GenerateDataKeyPairWithoutPlaintext: a new key pair, its private half wrapped only."""

from harness.gateway.call import Call
from harness.gateway.later import Later
from harness.gateway.pair_request import PairRequest

__all__ = ["GenerateDataKeyPairWithoutPlaintext"]


class GenerateDataKeyPairWithoutPlaintext(PairRequest, frozen=True, kw_only=True):
    """Whoever writes needs the public half only; Decrypt gives the other to whoever reads."""

    def answer(self, call: Call) -> Later:
        return self.make(call)
