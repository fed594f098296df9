"""A KMS that takes its time and fails when told to, in virtual time, and materials before it."""

import itertools
from collections.abc import Callable, Mapping
from typing import Any

from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

from harness.envelope import Wrapped
from harness.errors import KmsError
from harness.kms import DataKey, KeyPair
from harness.materials import Materials, Opening
from harness.registry import find
from tests.virtual import VirtualClock

CALL_S = 0.5
SETTINGS: dict[str, dict[str, Any]] = {
    "per_recording": {},
    "cached": {"max_age_s": 60.0},
    "kek_pair": {"rotate_after_s": 3600.0, "rotate_after": 1000, "max_age_s": 60.0},
}
_HALF = rsa.generate_private_key(65537, 2048)
PUBLIC = _HALF.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
PRIVATE = _HALF.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())


class Scripted:
    """A harness.materials.Calls. `error` is what it answers while there is one."""

    def __init__(self, clock: VirtualClock, call_s: float = CALL_S) -> None:
        self._clock, self._call_s = clock, call_s
        self._serial = itertools.count()
        self.asked: list[tuple[str, float]] = []
        self.error: str | None = None
        self.made_s: dict[bytes, float] = {}  # when the call for each data key began

    def generate(self, context: Mapping[str, str]) -> DataKey:
        start_s = self._asked("generate")
        serial = next(self._serial)
        self.made_s[blob := b"%d" % serial] = start_s
        return DataKey(serial.to_bytes(32, "big"), blob, "arn:1")

    def generate_pair(self, context: Mapping[str, str]) -> KeyPair:
        start_s = self._asked("pair")
        self.made_s[blob := b"%d" % next(self._serial)] = start_s
        return KeyPair(PUBLIC, blob, "arn:1")

    def decrypt(self, wrapped: Wrapped) -> bytes:
        self._asked("decrypt")
        return PRIVATE if wrapped.inner else int(wrapped.blob).to_bytes(32, "big")

    def _asked(self, what: str) -> float:
        start_s = self._clock.time()
        self.asked.append((what, start_s))
        self._clock.sleep(self._call_s)
        if self.error:
            raise KmsError(self.error, "as told", 400)
        return start_s


class Bench:
    """Materials in virtual time, and what they tell of the keys that they let go."""

    def __init__(self, name: str, call_s: float = CALL_S, **settings: Any) -> None:
        self.clock = VirtualClock()
        self.kms = Scripted(self.clock, call_s)
        self.retired: list[tuple[float, int]] = []
        opening = Opening(self.clock, "contact-centre", lambda *told: self.retired.append(told))
        self.materials: Materials = find("materials", name)(opening, **SETTINGS[name] | settings)

    def blob(self, recording: int = 1, size: int = 1) -> bytes:
        """What wrapped the recording's key."""
        return self.materials.material(recording, size, self.kms).wrapped.blob

    def at_once(self, callers: int, call: Callable[[int], object]) -> list[Any]:
        """What `callers` greenlets got that all began now: a value, or the error raised."""
        got: list[Any] = []

        def one(number: int) -> None:
            try:
                got.append(call(number))
            except KmsError as error:
                got.append(error)

        for number in range(callers):
            self.clock.spawn(one, number)
        while self.clock.step():
            pass
        return got
