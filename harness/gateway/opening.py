"""Opening a blob: which key made it, whether the caller may use it, and what is in it."""

from dataclasses import dataclass

from harness.errors import KmsError
from harness.gateway.call import UNKNOWN_MAKER, Call
from harness.gateway.refusals import refusal, wrong_usage
from harness.gateway.ring import ciphertext
from harness.gateway.ring.ciphertext import Context
from harness.gateway.ring.key import USABLE, Key, demand, demand_usage
from harness.gateway.ring.specs import ENCRYPT, SPECS, SYMMETRIC


@dataclass(frozen=True, slots=True)
class Opened:
    """The key that made a blob, the id of its material, and what was sealed."""

    key: Key
    material_id: str
    plaintext: bytes


def opened(
    call: Call,
    blob: bytes,
    context: Context | None,
    *,
    named: str | None,
    algorithm: str,
    action: str = "",
) -> Opened:
    """What is in a blob. `named` is the KeyId that the caller expects, `action` what it takes.

    Raises InvalidCiphertextException, IncorrectKeyException, AccessDeniedException (KMS does not
    tell an unknown key from a forbidden one), or what the key's state asks for.
    """
    expected = None if named is None else call.seen(named, context, action)
    if expected is not None:
        fit(expected, algorithm, call.operation)
    parsed = ciphertext.parse(blob)
    if expected is not None and expected.id != parsed.key_id:
        raise refusal(
            "IncorrectKeyException",
            "The key ID in the request does not identify a CMK that can perform this operation.",
        )
    key = expected or fit(_maker(call, parsed, context, action), algorithm, call.operation)
    material, plaintext = ciphertext.unseal(key, parsed, context)
    return Opened(key, material.id, plaintext)


def fit(key: Key, algorithm: str, operation: str) -> Key:
    """The key, if it may encrypt and decrypt under `algorithm` now."""
    demand(key, USABLE)
    demand_usage(key, ENCRYPT, operation)
    if algorithm not in SPECS[key.spec][ENCRYPT]:
        raise wrong_usage(f"Algorithm {algorithm} is incompatible with key spec {key.spec}.")
    if key.spec != SYMMETRIC:
        raise refusal(
            "UnsupportedOperationException",
            f"This gateway encrypts under symmetric keys only; {key.arn} is {key.spec}.",
        )
    return key


def _maker(call: Call, blob: ciphertext.Blob, context: Context | None, action: str) -> Key:
    try:
        return call.view(call.maker(blob), context, action)
    except KmsError as error:
        if error.code == "AccessDeniedException":
            raise refusal("AccessDeniedException", UNKNOWN_MAKER) from None
        raise
