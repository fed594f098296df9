"""Two Regions as one KMS: the first while it answers, the other while it does not.

The key is a multi-Region one: what either Region's replica wrapped, both can unwrap.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from harness.clock import Clock
from harness.errors import Failure, KmsError
from harness.kms import DataKey, KeyPair, Kms, Retried

T = TypeVar("T")


@dataclass(frozen=True)
class Terms:
    """Go after `after` failures in a row; come back when a probe, every `probe_s`, is answered. A
    call to the other Region takes `farther_s` longer."""

    after: int
    probe_s: float
    farther_s: float


@dataclass(frozen=True)
class Region:
    """A Region's name, and KMS there."""

    name: str
    kms: Kms


def in_region(key: str, region: str) -> str:
    """A multi-Region key's ARN in this Region; what is none as it is."""
    parts = key.split(":")
    if len(parts) != 6 or not parts[5].startswith("key/mrk-"):
        return key
    return ":".join([*parts[:3], region, *parts[4:]])


class TwoRegions:
    """A harness.kms.Kms: fails over to the other Region, and back."""

    def __init__(
        self, near: Region, far: Region, terms: Terms, clock: Clock, retried: Retried
    ) -> None:
        """`retried` is told of each probe that fails: the call itself then goes to `far`."""
        self._near, self._far, self._terms = near, far, terms
        self._clock, self._retried = clock, retried
        self._failures = 0
        self._away, self._probing, self._probe_at_s = False, False, 0.0

    def generate_data_key(self, context: Mapping[str, str]) -> DataKey:
        return self._call("GenerateDataKey", lambda at: at.kms.generate_data_key(context))

    def generate_key_pair(self, context: Mapping[str, str]) -> KeyPair:
        return self._call(
            "GenerateDataKeyPairWithoutPlaintext", lambda at: at.kms.generate_key_pair(context)
        )

    def decrypt(self, wrapped: bytes, context: Mapping[str, str], key: str | None) -> bytes:
        return self._call(
            "Decrypt", lambda at: at.kms.decrypt(wrapped, context, key and in_region(key, at.name))
        )

    def link(self, key: str) -> None:
        for at in (self._near, self._far):
            at.kms.link(in_region(key, at.name))

    def close(self) -> None:
        self._near.kms.close()
        self._far.kms.close()

    def _call(self, operation: str, call: Callable[[Region], T]) -> T:
        if not self._away:
            return self._nearby(call)
        if not self._probing and self._clock.time() >= self._probe_at_s:
            try:
                return self._probe(call)
            except _StillAway as failed:
                self._retried(operation, failed.seconds, failed.code)
        self._clock.sleep(self._terms.farther_s)
        return call(self._far)

    def _nearby(self, call: Callable[[Region], T]) -> T:
        try:
            answer = call(self._near)
        except KmsError as error:
            unanswered = error.failure is Failure.UNAVAILABLE
            self._failures = self._failures + 1 if unanswered else 0
            if self._failures >= self._terms.after and not self._away:
                self._away, self._probe_at_s = True, self._clock.time() + self._terms.probe_s
            raise
        self._failures = 0
        return answer

    def _probe(self, call: Callable[[Region], T]) -> T:
        """One real call to the first Region, to see whether it answers."""
        start_s, self._probing = self._clock.time(), True
        try:
            answer = call(self._near)
        except KmsError as error:
            if error.failure is Failure.UNAVAILABLE:
                raise _StillAway(self._clock.time() - start_s, error.code) from None
            self._back()
            raise
        finally:
            self._probing = False
            self._probe_at_s = self._clock.time() + self._terms.probe_s
        self._back()
        return answer

    def _back(self) -> None:
        self._away, self._failures = False, 0


class _StillAway(Exception):
    """A probe that was not answered."""

    def __init__(self, seconds: float, code: str) -> None:
        super().__init__(code)
        self.seconds, self.code = seconds, code
