"""Key pairs out of the PKCS #8 that material keeps, and their public halves as KMS has them."""

from functools import lru_cache
from typing import Final

from cryptography.hazmat.primitives.asymmetric import ec, ed25519, mldsa, mlkem, rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_der_private_key,
)

PrivateKey = (
    rsa.RSAPrivateKey
    | ec.EllipticCurvePrivateKey
    | ed25519.Ed25519PrivateKey
    | mldsa.MLDSA44PrivateKey
    | mldsa.MLDSA65PrivateKey
    | mldsa.MLDSA87PrivateKey
    | mlkem.MLKEM768PrivateKey
    | mlkem.MLKEM1024PrivateKey
)
_REMEMBERED: Final = 1_024


@lru_cache(_REMEMBERED)
def private_key(secret: bytes) -> PrivateKey:
    """The pair of a private key in PKCS #8 DER. What we made is not checked again: that is slow."""
    found = load_der_private_key(secret, None, unsafe_skip_rsa_key_validation=True)
    assert isinstance(found, PrivateKey), "material is of the kinds we make"
    return found


def public_der(secret: bytes) -> bytes:
    """The public half of a private key, as X.509 SubjectPublicKeyInfo in DER."""
    public = private_key(secret).public_key()
    return public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
