"""How long a change to a key takes to be felt: KMS is eventually consistent, and not everywhere
at once.

Every change reaches every connection after a delay of its own, between two bounds, drawn from the
seed; so the same run sees the same lag. Cryptography feels it; the control plane reads the truth.
"""

import re
from collections import deque
from dataclasses import dataclass, replace
from typing import Final
from zlib import crc32

from harness.errors import BadInput
from harness.gateway.ring.key import Key

_BOUNDS: Final = re.compile(r"(\d+(?:\.\d+)?)(ms|s|m|)(?:,(\d+(?:\.\d+)?)(ms|s|m|))?")
_UNITS_S: Final = {"ms": 0.001, "s": 1.0, "m": 60.0, "": 1.0}
_WANTED: Final = "0, or a delay like 2s, or a least and a most like 1s,5s"
_MOST_S: Final = 3_600.0
_MOST_CHANGES: Final = 10_000


@dataclass(frozen=True, slots=True)
class Delay:
    """Seconds until a change is felt, at least and at most."""

    least_s: float = 0.0
    most_s: float = 0.0

    def __post_init__(self) -> None:
        if not 0 <= self.least_s <= self.most_s <= _MOST_S:
            raise BadInput("--propagation", f"{self.least_s}s,{self.most_s}s", _WANTED)


def parse(text: str) -> Delay:
    """`1s,5s`, or one delay for all, or `0`. Raises BadInput."""
    found = _BOUNDS.fullmatch(text.strip())
    if found is None:
        raise BadInput("--propagation", text, _WANTED)
    least_s = float(found[1]) * _UNITS_S[found[2]]
    return Delay(least_s, float(found[3]) * _UNITS_S[found[4]] if found[3] else least_s)


@dataclass(frozen=True, slots=True)
class _Change:
    number: int
    at_s: float
    before: Key


class Propagation:
    """Remembers what keys were before their latest changes, while anyone may still see them so."""

    def __init__(self, delay: Delay, seed: int = 0) -> None:
        self._delay, self._seed = delay, seed
        self._changes: dict[str, deque[_Change]] = {}
        self._count = 0

    def changed(self, before: Key, now: float) -> None:
        """Note that the key is about to become another."""
        if not self._delay.most_s:
            return
        if len(self._changes) >= _MOST_CHANGES:
            self._forget(now)
        self._count += 1
        past = self._changes.setdefault(before.arn, deque(maxlen=_MOST_CHANGES))
        past.append(_Change(self._count, now, before))

    def seen(self, key: Key, now: float, connection: int) -> Key:
        """The key as a call over this connection sees it."""
        changes = self._changes.get(key.arn)
        if changes is None:
            return key
        while changes and now >= changes[0].at_s + self._delay.most_s:
            changes.popleft()
        if not changes:
            del self._changes[key.arn]
            return key
        # Changes arrive in their order: what hides behind one not yet felt is not felt either.
        for change in changes:
            if now < change.at_s + self.delay_s(change.number, connection):
                return _abreast(change.before, key)
        return key

    @property
    def most_s(self) -> float:
        """Seconds after which a change is felt by all."""
        return self._delay.most_s

    def delay_s(self, change: int, connection: int) -> float:
        """Seconds until this change is felt on this connection."""
        drawn = crc32(b"%d %d %d" % (self._seed, change, connection)) / 2**32
        return self._delay.least_s + drawn * (self._delay.most_s - self._delay.least_s)

    def _forget(self, now: float) -> None:
        kept_s = now - self._delay.most_s
        kept = {arn: past for arn, past in self._changes.items() if past[-1].at_s > kept_s}
        self._changes = kept


def _abreast(before: Key, key: Key) -> Key:
    """What the key was, with the material of later rotations: no caller ever feels a rotation."""
    later = key.materials[len(before.materials) :]
    if not later or not before.materials or not all(material.imported for material in later):
        return before
    return replace(before, materials=(*before.materials, *later))
