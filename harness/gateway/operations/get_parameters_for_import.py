"""GetParametersForImport: the public key to wrap material under, and the token that names it."""

import base64
from functools import partial
from typing import Any

from harness.gateway.call import Call
from harness.gateway.later import Later
from harness.gateway.refusals import invalid
from harness.gateway.request import Request
from harness.gateway.ring.key import PRESENT, Key, demand, demand_origin
from harness.gateway.ring.specs import SYMMETRIC
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

    def answer(self, call: Call) -> Later:
        key = demand(demand_origin(call.key(self.key_id), "EXTERNAL"), PRESENT)
        self._check(key)
        made = call.world.foundry.order(self.wrapping_key_spec)
        return Later(made, partial(self._finish, call, key))

    def _finish(self, call: Call, key: Key, secret: bytes) -> dict[str, Any]:
        ends_s = call.now + VALID_S
        sealed = token(Parameters(key.arn, self.wrapping_algorithm, secret, ends_s))
        return {
            "KeyId": key.arn,
            "ImportToken": base64.b64encode(sealed).decode(),
            "PublicKey": base64.b64encode(public_key(secret)).decode(),
            "ParametersValidTo": round(ends_s, 3),
        }

    def _check(self, key: Key) -> None:
        """Source of what fits: KMS Developer Guide, "Select a wrapping algorithm"."""
        algorithm, spec = self.wrapping_algorithm, self.wrapping_key_spec
        direct = algorithm.startswith("RSAES_OAEP")
        if key.spec == SYMMETRIC or key.spec.startswith("HMAC"):
            fits = direct
        elif key.spec.startswith("RSA"):
            fits = algorithm.startswith("RSA_AES")
        else:
            small = (key.spec, spec) == ("ECC_NIST_P521", "RSA_2048")
            fits = algorithm != "RSAES_PKCS1_V1_5" and not (direct and small)
        if not fits:
            raise invalid(
                f"Wrapping algorithm {algorithm} and wrapping key spec {spec} cannot be used to "
                f"import a {key.spec} key."
            )
