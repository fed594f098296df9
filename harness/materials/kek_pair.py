"""Three levels, as the platform documents it: KMS wraps the private half of a key pair, the public
half wraps each recording's data key. KMS is needed to make a pair and to play back, not to record.
"""

from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.serialization import load_der_public_key

from harness.envelope import OAEP, Material, Wrapped, context
from harness.errors import KmsError
from harness.kms import KeyPair
from harness.materials import Calls, Opening
from harness.materials._settings import check
from harness.materials._turn import Turn, like
from harness.materials._unwrapped import Unwrapped
from harness.principals import ACTIONS

__all__ = ["KekPair"]


@dataclass(slots=True, eq=False)
class _Pair:
    """The pair that is written under."""

    public: RSAPublicKey
    blob: bytes
    key: str
    born_s: float
    recordings: int = 0


class KekPair:
    """A key pair for many recordings, a data key for each; the pair is replaced when it has served
    `rotate_after_s` or `rotate_after` recordings, and goes on serving while none can be had."""

    actions = (*ACTIONS, "kms:GenerateDataKeyPairWithoutPlaintext")

    def __init__(
        self,
        opening: Opening,
        rotate_after_s: float,
        rotate_after: int,
        max_age_s: float,
        retry_s: float = 1.0,
        max_unwrapped: int = 100,
    ) -> None:
        """`max_age_s`: how long playback keeps an unwrapped private half, 0 for not at all;
        `max_unwrapped`: of how many pairs. After a failure none is asked for in `retry_s`."""
        check("kek_pair rotate_after_s", rotate_after_s, rotate_after_s > 0, "above 0")
        check("kek_pair rotate_after", rotate_after, rotate_after >= 1, "1 or more recordings")
        check("kek_pair max_age_s", max_age_s, 0 <= max_age_s <= 86_400, "0 to a day")
        check("kek_pair retry_s", retry_s, retry_s > 0, "above 0")
        check("kek_pair max_unwrapped", max_unwrapped, max_unwrapped >= 1, "1 or more")
        self._clock, self._retired = opening.clock, opening.retired
        self._after_s, self._after, self._retry_s = rotate_after_s, rotate_after, retry_s
        self._bound = context(opening.organization)
        self._unwrapped = Unwrapped(opening.clock, max_age_s, max_unwrapped)
        self._turn: Turn[_Pair] = Turn(opening.clock)
        self._pair: _Pair | None = None
        self._failed: tuple[float, KmsError] | None = None
        self._forgotten = 0

    def material(self, recording: int, size: int, calls: Calls) -> Material:
        pair = self._turn.take(self._in_use, lambda: self._renewed(calls))
        pair.recordings += 1
        data_key = AESGCM.generate_key(256)
        inner = pair.public.encrypt(data_key, OAEP)
        return Material(data_key, Wrapped(pair.key, pair.blob, self._bound, inner))

    def unwrap(self, wrapped: Wrapped, calls: Calls) -> bytes:
        return self._unwrapped.unwrap(wrapped, calls.decrypt)

    def forget(self) -> None:
        self._forgotten += 1
        self._failed = None
        self._let_go()
        self._unwrapped.forget()

    def _in_use(self) -> _Pair | None:
        """The pair to write under; None where it is time to ask. Nobody waits for a rotation."""
        pair, patient = self._pair, self._patient()
        if pair is None:
            if patient is not None:
                raise like(patient)
            return None
        due = self._clock.time() - pair.born_s >= self._after_s or pair.recordings >= self._after
        return None if due and patient is None and self._turn.free else pair

    def _patient(self) -> KmsError | None:
        """What KMS said a moment ago, where it is too early to ask again."""
        if self._failed is None or self._clock.time() - self._failed[0] >= self._retry_s:
            return None
        return self._failed[1]

    def _renewed(self, calls: Calls) -> _Pair:
        """A new pair, or the one there is where KMS gives none."""
        born_s, forgotten = self._clock.time(), self._forgotten
        try:
            made = _parsed(calls.generate_pair(self._bound), born_s)
        except KmsError as error:
            self._failed = self._clock.time(), like(error)
            if self._pair is None:
                raise
            return self._pair
        if forgotten != self._forgotten:  # it may be of a key that is linked no more
            return self._renewed(calls)
        self._failed = None
        self._let_go()
        self._pair = made
        return made

    def _let_go(self) -> None:
        if self._pair is not None:
            self._retired(self._pair.born_s, self._pair.recordings)
        self._pair = None


def _parsed(made: KeyPair, born_s: float) -> _Pair:
    try:
        public = load_der_public_key(made.public)
    except ValueError as error:
        raise KmsError("BadAnswer", f"a public key: {error}") from None
    if not isinstance(public, RSAPublicKey):
        raise KmsError("BadAnswer", "a public key that is not of RSA")
    return _Pair(public, made.wrapped, made.key, born_s)
