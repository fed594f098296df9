"""Imported material: what may be imported, under which id, and what it does to a key."""

from dataclasses import replace
from hashlib import sha256
from typing import Final

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import load_der_private_key

from harness.errors import KmsError
from harness.gateway.refusals import refusal
from harness.gateway.ring.key import Key, State
from harness.gateway.ring.material import Material
from harness.gateway.ring.specs import SYMMETRIC

# How long the secret is, where it is plain bytes.
_BYTES: Final = {SYMMETRIC: 32, "HMAC_224": 28, "HMAC_256": 32, "HMAC_384": 48, "HMAC_512": 64}
_CURVES: Final = {
    "secp256r1": "ECC_NIST_P256",
    "secp384r1": "ECC_NIST_P384",
    "secp521r1": "ECC_NIST_P521",
    "secp256k1": "ECC_SECG_P256K1",
}


def material_id(key: Key, secret: bytes) -> str:
    """The id of this material in this key: the same for the same, in any Region."""
    return sha256(key.id.encode() + secret).hexdigest()


def checked_secret(key: Key, secret: bytes) -> bytes:
    """The secret, if it is of the key's kind. Raises IncorrectKeyMaterialException."""
    size = _BYTES.get(key.spec)
    fits = len(secret) == size if size else _spec_of(secret) == key.spec
    if not fits:
        raise wrong_material(f"The key material is not of key spec {key.spec}.")
    return secret


def wrong_material(message: str) -> KmsError:
    """The material is not what was expected; the words are ours, none of KMS's were found."""
    return refusal("IncorrectKeyMaterialException", message)


def revived(key: Key) -> Key:
    """The key, enabled if it lacked nothing but material and has all of that now."""
    whole = bool(key.materials) and all(material.imported for material in key.materials)
    if key.state is State.PENDING_IMPORT and whole:
        return replace(key, state=State.ENABLED)
    return key


def known(key: Key, id_: str) -> Material | None:
    """The material of this id that was ever imported into the key, if any."""
    everything = (*key.materials, *((key.waiting,) if key.waiting else ()))
    return next((one for one in everything if one.id == id_), None)


def imported_again(key: Key, new: Material) -> Key:
    """The key with the material of that id replaced."""
    if key.waiting and key.waiting.id == new.id:
        return replace(key, waiting=new)
    materials = tuple(new if one.id == new.id else one for one in key.materials)
    return revived(replace(key, materials=materials))


def _spec_of(secret: bytes) -> str:
    """The spec of a private key in PKCS #8 that KMS imports, or nothing."""
    try:
        found = load_der_private_key(secret, None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        return ""
    if isinstance(found, rsa.RSAPrivateKey):
        return f"RSA_{found.key_size}"
    return (
        _CURVES.get(found.curve.name, "") if isinstance(found, ec.EllipticCurvePrivateKey) else ""
    )
