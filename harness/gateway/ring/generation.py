"""New key material for every spec: symmetric and MAC secrets, private keys as PKCS #8 DER.

All but RSA is made of the bytes we are given, so that a seed decides it; RSA's primes come from
the library's own generator, which takes none.
"""

from collections.abc import Callable, Mapping
from typing import Final

from cryptography.hazmat.primitives.asymmetric import ec, ed25519, mldsa, mlkem, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from harness.gateway.randomness import RandomBytes
from harness.gateway.refusals import refusal
from harness.gateway.ring.pairs import PrivateKey
from harness.gateway.ring.specs import SYMMETRIC

# Seconds at times; everything else takes less than a millisecond.
SLOW: Final = frozenset({"RSA_2048", "RSA_3072", "RSA_4096"})

_SECRET_BYTES: Final = {
    SYMMETRIC: 32,
    "HMAC_224": 28,
    "HMAC_256": 32,
    "HMAC_384": 48,
    "HMAC_512": 64,
}
_CURVES: Final[Mapping[str, type[ec.EllipticCurve]]] = {
    "ECC_NIST_P256": ec.SECP256R1,
    "ECC_NIST_P384": ec.SECP384R1,
    "ECC_NIST_P521": ec.SECP521R1,
    "ECC_SECG_P256K1": ec.SECP256K1,
}
_SEEDED: Final[Mapping[str, tuple[int, Callable[[bytes], PrivateKey]]]] = {
    "ECC_NIST_EDWARDS25519": (32, ed25519.Ed25519PrivateKey.from_private_bytes),
    "ML_DSA_44": (32, mldsa.MLDSA44PrivateKey.from_seed_bytes),
    "ML_DSA_65": (32, mldsa.MLDSA65PrivateKey.from_seed_bytes),
    "ML_DSA_87": (32, mldsa.MLDSA87PrivateKey.from_seed_bytes),
    "ML_KEM_768": (64, mlkem.MLKEM768PrivateKey.from_seed_bytes),
    "ML_KEM_1024": (64, mlkem.MLKEM1024PrivateKey.from_seed_bytes),
}


def new_secret(spec: str, random_bytes: RandomBytes) -> bytes:
    """Material of a spec. Raises UnsupportedOperationException for one that we can not make."""
    size = _SECRET_BYTES.get(spec)
    if size is not None:
        return random_bytes(size)
    made = _pair(spec, random_bytes)
    return made.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())


def demand_makeable(spec: str) -> None:
    """Raises UnsupportedOperationException for a spec that we can not make material of."""
    if spec not in (*_SECRET_BYTES, *_CURVES, *_SEEDED, *SLOW):
        # In no source: KMS has SM2 in China only. ML_KEM_512 is this gateway's own gap.
        raise refusal("UnsupportedOperationException", f"{spec} is not supported in this Region.")


def _pair(spec: str, random_bytes: RandomBytes) -> PrivateKey:
    demand_makeable(spec)
    if spec in SLOW:
        return rsa.generate_private_key(65537, int(spec.removeprefix("RSA_")))
    if spec in _CURVES:
        return _on_curve(_CURVES[spec](), random_bytes)
    size, of_seed = _SEEDED[spec]
    return of_seed(random_bytes(size))


def _on_curve(curve: ec.EllipticCurve, random_bytes: RandomBytes) -> ec.EllipticCurvePrivateKey:
    # Eight bytes more than the order has: what the remainder favours is past finding.
    drawn = int.from_bytes(random_bytes((curve.key_size + 7) // 8 + 8), "big")
    return ec.derive_private_key(drawn % (curve.group_order - 1) + 1, curve)
