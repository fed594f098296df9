"""Opening a ciphertext: which key made it, whether the caller may use it, and what is in it."""

from typing import NamedTuple

from harness.errors import KmsError
from harness.gateway.call import Call
from harness.gateway.proxies import CORRUPT
from harness.gateway.refusals import invalid, refusal
from harness.gateway.ring import ciphertext, oaep
from harness.gateway.ring.ciphertext import Context
from harness.gateway.ring.key import USABLE, Key, demand, demand_algorithm, demand_usage
from harness.gateway.ring.specs import ENCRYPT, SYMMETRIC


class Opened(NamedTuple):
    """The key that made a ciphertext, the id of its material, and what was sealed."""

    key: Key
    material_id: str
    plaintext: bytes


class Sealed(NamedTuple):
    """A ciphertext as a request brings it: `named` is the KeyId that the caller expects, `member`
    what the request calls it, `action` what opening takes."""

    blob: bytes
    context: Context | None
    algorithm: str
    named: str | None
    member: str = "KeyId"
    action: str = ""


def opened(call: Call, sealed: Sealed) -> Opened:
    """What is in a ciphertext.

    Raises InvalidCiphertextException, IncorrectKeyException, AccessDeniedException (KMS does not
    tell an unknown key from a forbidden one), or what the key's state asks for.
    """
    if sealed.algorithm != SYMMETRIC:
        return _decrypted(call, sealed)
    expected = None
    if sealed.named is not None:
        expected = call.seen(sealed.named, sealed.context, sealed.action)
    parsed = ciphertext.parse(sealed.blob)
    if expected is not None and expected.id != parsed.key_id:
        raise refusal(
            "IncorrectKeyException",
            "The key ID in the request does not identify a CMK that can perform this operation.",
        )
    key = expected or call.maker(parsed, sealed.context, sealed.action)
    fit(key, sealed.algorithm, call.operation)
    if key.store:
        return _opened_outside(call, key, parsed, sealed.context)
    material, plaintext = ciphertext.unseal(key, parsed, sealed.context)
    return Opened(key, material.id, plaintext)


def _opened_outside(call: Call, key: Key, blob: ciphertext.Blob, context: Context | None) -> Opened:
    """As `opened`, by a key in a key store: what its proxy refuses has one code for all."""
    call.reach(key.store)
    try:
        material, plaintext = ciphertext.unseal(key, blob, context)
    except KmsError:
        raise refusal("KMSInvalidStateException", CORRUPT) from None
    return Opened(key, material.id, plaintext)


def maker_of(call: Call, blob: bytes | None) -> Key | None:
    """The key that made a ciphertext, if it says so and is here; nothing is allowed by it."""
    try:
        parsed = ciphertext.parse(blob or b"")
        return call.ring.made_by(call.caller.region, parsed.key_id)
    except KmsError:
        return None


def testable(call: Call, sealed: Sealed) -> None:
    """Whether the caller might open something by the key named, were there a ciphertext."""
    if sealed.named is None:
        raise invalid(f"{sealed.member} must not be null")
    fit(call.seen(sealed.named, sealed.context, sealed.action), sealed.algorithm, call.operation)


def fit(key: Key, algorithm: str, operation: str, context: Context | None = None) -> Key:
    """The key, if it may encrypt and decrypt under `algorithm` now, with a context if given."""
    demand(demand_usage(key, ENCRYPT, operation), USABLE)
    demand_algorithm(key, algorithm)
    if context and algorithm != SYMMETRIC:
        raise invalid(
            "EncryptionContext is not supported when encrypting/decrypting with asymmetric CMKs."
        )
    return key


def encrypted(
    call: Call, key: Key, algorithm: str, plaintext: bytes, context: Context | None
) -> bytes:
    """A ciphertext of `plaintext` under a key that is fit for the algorithm."""
    if algorithm == SYMMETRIC:
        return call.wrap(key, plaintext, context)
    return oaep.encrypt(key.materials[-1].secret, algorithm, plaintext)


def _decrypted(call: Call, sealed: Sealed) -> Opened:
    """As `opened`; a ciphertext by an RSA key does not say which, so the request must."""
    if sealed.named is None:
        raise invalid(f"{sealed.member} must not be null")
    key = call.seen(sealed.named, sealed.context, sealed.action)
    fit(key, sealed.algorithm, call.operation, sealed.context)
    material = key.materials[-1]
    return Opened(key, "", oaep.decrypt(material.secret, sealed.algorithm, sealed.blob))
