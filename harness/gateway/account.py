"""KMS as one account in one Region sees it: its keys, its randomness, what is done with both."""

from harness.errors import KmsError
from harness.gateway.randomness import RandomBytes
from harness.gateway.refusals import refusal, wrong_usage
from harness.gateway.ring import ciphertext
from harness.gateway.ring.ciphertext import Context
from harness.gateway.ring.key import USABLE, Key, demand
from harness.gateway.ring.ring import Ring
from harness.gateway.ring.specs import ENCRYPT, SPECS, SYMMETRIC


class Account:
    """What an operation works on. `random_bytes` is `os.urandom`, or anything called like it."""

    def __init__(self, region: str, account: str, random_bytes: RandomBytes) -> None:
        self.region, self.account, self.random_bytes = region, account, random_bytes
        self.ring = Ring(region, account)

    def usable(self, key_id: str, now: float) -> Key:
        """The key by any of its names, if its state lets it work. Raises KmsError."""
        return demand(self.ring.find(key_id, now), USABLE)

    def wrap(self, key: Key, plaintext: bytes, context: Context | None) -> bytes:
        """A ciphertext blob of `plaintext` under `key`."""
        nonce = self.random_bytes(12)
        return ciphertext.seal(self.ring.cipher(key), key.id, nonce, plaintext, context)

    def unwrap(
        self,
        blob: bytes,
        context: Context | None,
        *,
        named: str | None,
        algorithm: str,
        operation: str,
        now: float,
    ) -> tuple[Key, bytes]:
        """The key that made `blob`, and what is in it. `named` is the KeyId the caller expects.

        Raises InvalidCiphertextException, IncorrectKeyException, AccessDeniedException (KMS does
        not tell an unknown key from a forbidden one), or what the key's state asks for.
        """
        expected = None if named is None else self.ring.find(named, now)
        if expected is not None:
            self.encrypting(expected, algorithm, operation)
        parsed = ciphertext.parse(blob)
        if expected is not None and expected.id != parsed.key_id:
            raise refusal(
                "IncorrectKeyException",
                "The key ID in the request does not identify a CMK that can perform "
                "this operation.",
            )
        key = expected or self.encrypting(self._maker(parsed.key_id, now), algorithm, operation)
        return key, ciphertext.unseal(self.ring.cipher(key), parsed, context)

    def encrypting(self, key: Key, algorithm: str, operation: str) -> Key:
        """The key, if it may encrypt and decrypt under `algorithm` now."""
        demand(key, USABLE)
        if key.usage != ENCRYPT:
            text = f"{key.arn} key usage is {key.usage} which is not valid for {operation}."
            raise wrong_usage(text)
        if algorithm not in SPECS[key.spec][ENCRYPT]:
            raise wrong_usage(f"Algorithm {algorithm} is incompatible with key spec {key.spec}.")
        if key.spec != SYMMETRIC:
            raise refusal(
                "UnsupportedOperationException",
                f"This gateway encrypts under symmetric keys only; {key.arn} is {key.spec}.",
            )
        return key

    def _maker(self, key_id: str, now: float) -> Key:
        try:
            return self.ring.find(key_id, now)
        except KmsError:
            raise refusal(
                "AccessDeniedException",
                "The ciphertext refers to a customer master key that does not exist, "
                "does not exist in this region, or you are not allowed to access.",
            ) from None
