"""DeriveSharedSecret: what this key and another's public half agree on, by ECDH."""

from typing import Any, Literal

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import load_der_public_key

from harness.gateway.call import Call
from harness.gateway.refusals import invalid
from harness.gateway.request import AttestedRequest
from harness.gateway.ring.key import USABLE, Key, demand, demand_algorithm, demand_usage
from harness.gateway.ring.pairs import private_key
from harness.gateway.shapes import KeyId, PublicKey

__all__ = ["DeriveSharedSecret"]


class DeriveSharedSecret(AttestedRequest, frozen=True, kw_only=True):
    """Raises ValidationException for a public key that is not on the curve of ours."""

    key_id: KeyId
    key_agreement_algorithm: Literal["ECDH"]
    public_key: PublicKey

    def answer(self, call: Call) -> dict[str, Any]:
        key = call.seen(self.key_id)
        demand(demand_usage(key, "KEY_AGREEMENT", call.operation), USABLE)
        demand_algorithm(key, self.key_agreement_algorithm)
        self.stop_if_attested()
        self.stop_if_dry()
        return {
            "KeyId": key.arn,
            "SharedSecret": self._agreed(key),
            "KeyAgreementAlgorithm": self.key_agreement_algorithm,
            "KeyOrigin": key.origin,
        }

    def _agreed(self, key: Key) -> bytes:
        ours = private_key(key.materials[-1].secret)
        assert isinstance(ours, ec.EllipticCurvePrivateKey), "no other kind agrees on keys"
        try:
            theirs = load_der_public_key(self.public_key)
        except (ValueError, TypeError, UnsupportedAlgorithm):
            theirs = None
        # That it is refused is documented, in which words is not.
        if not isinstance(theirs, ec.EllipticCurvePublicKey) or theirs.curve != ours.curve:
            raise invalid(f"PublicKey must be a DER-encoded X.509 public key of {key.spec}.")
        return ours.exchange(ec.ECDH(), theirs)
