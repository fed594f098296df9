"""GetParametersForImport: the public key to wrap material under, and the token that names it."""

import base64
from typing import Any

from harness.gateway.call import Call
from harness.gateway.refusals import refusal
from harness.gateway.request import Request
from harness.gateway.ring.key import PRESENT, Key, demand, demand_origin
from harness.gateway.ring.wrapping import (
    VALID_S,
    Parameters,
    WrappingAlgorithm,
    WrappingKeySpec,
    public_key,
    token,
)
from harness.gateway.shapes import KeyId

__all__ = ["GetParametersForImport"]


class GetParametersForImport(Request, frozen=True, kw_only=True):
    """Raises UnsupportedOperationException for a key whose material is not imported."""

    key_id: KeyId
    wrapping_algorithm: WrappingAlgorithm
    wrapping_key_spec: WrappingKeySpec

    def answer(self, call: Call) -> dict[str, Any]:
        key = demand(demand_origin(call.key(self.key_id), "EXTERNAL"), PRESENT)
        self._check(key)
        ends_s = call.now + VALID_S
        found = Parameters(key.arn, self.wrapping_algorithm, self.wrapping_key_spec, ends_s)
        return {
            "KeyId": key.arn,
            "ImportToken": base64.b64encode(token(found)).decode(),
            "PublicKey": base64.b64encode(public_key(self.wrapping_key_spec)).decode(),
            "ParametersValidTo": round(ends_s, 3),
        }

    def _check(self, key: Key) -> None:
        """What does not fit is documented; the code and the words are ours."""
        direct = self.wrapping_algorithm.startswith("RSAES")
        small = (key.spec, self.wrapping_key_spec) == ("ECC_NIST_P521", "RSA_2048")
        old = self.wrapping_algorithm == "RSAES_PKCS1_V1_5"
        if old or (direct and (key.spec.startswith("RSA") or small)):
            kinds = f"{self.wrapping_algorithm} with {self.wrapping_key_spec}"
            text = f"{kinds} is not supported for key material of key spec {key.spec}."
            raise refusal("UnsupportedOperationException", text)
