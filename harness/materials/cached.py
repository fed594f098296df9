"""Data keys reused for a while, as the AWS Encryption SDK's cache does: fewer calls, more at risk.

Revocation lag is at most KMS's propagation and `max_age_s`: age counts from before the call.
"""

from dataclasses import dataclass
from typing import Final

from harness.clock import Clock
from harness.envelope import Material, Wrapped, context
from harness.materials import Calls, Opening
from harness.materials._settings import check
from harness.materials._turn import Turn
from harness.materials._unwrapped import Unwrapped
from harness.principals import ACTIONS

__all__ = ["Cached"]

# What AES-GCM allows a key with random nonces; of bytes, what it allows one message.
_MOST_MESSAGES: Final = 2**32
_MOST_BYTES: Final = 2**36 - 32


@dataclass(slots=True, eq=False)
class _Held:
    """A data key in use."""

    material: Material
    born_s: float
    recordings: int = 0
    size: int = 0


@dataclass(frozen=True)
class _Limits:
    age_s: float
    messages: int
    size: int


class Cached:
    """A data key for each Edge, until it is too old or has sealed enough."""

    actions = ACTIONS

    def __init__(
        self,
        opening: Opening,
        max_age_s: float,
        max_messages: int = _MOST_MESSAGES,
        max_bytes: int = _MOST_BYTES,
        edges: int = 1,
        max_unwrapped: int = 1000,
    ) -> None:
        """`max_unwrapped`: how many keys playback keeps, none longer than `max_age_s`."""
        check("cached max_age_s", max_age_s, 0 < max_age_s <= 86_400, "above 0 and at most a day")
        check(
            "cached max_messages", max_messages, 1 <= max_messages <= _MOST_MESSAGES, "1 to 2**32"
        )
        check("cached max_bytes", max_bytes, 1 <= max_bytes <= _MOST_BYTES, "1 to 2**36 - 32")
        check("cached edges", edges, 1 <= edges <= 100_000, "1 to 100,000")
        check("cached max_unwrapped", max_unwrapped, max_unwrapped >= 1, "1 or more")
        limits = _Limits(max_age_s, max_messages, max_bytes)
        self._edges = [_Edge(opening, f"{edge:04d}", limits) for edge in range(edges)]
        self._unwrapped = Unwrapped(opening.clock, max_age_s, max_unwrapped)

    def material(self, recording: int, size: int, calls: Calls) -> Material:
        return self._edges[recording % len(self._edges)].material(size, calls)

    def unwrap(self, wrapped: Wrapped, calls: Calls) -> bytes:
        return self._unwrapped.unwrap(wrapped, calls.decrypt)

    def forget(self) -> None:
        for edge in self._edges:
            edge.forget()
        self._unwrapped.forget()


class _Edge:
    """The one data key of an Edge. Its context names no recording, or none would ever share it."""

    def __init__(self, opening: Opening, name: str, limits: _Limits) -> None:
        self._clock: Clock = opening.clock
        self._retired, self._limits = opening.retired, limits
        self._bound = context(opening.organization, edge=name)
        self._turn: Turn[Material] = Turn(opening.clock)
        self._held: _Held | None = None
        self._forgotten = 0

    def material(self, size: int, calls: Calls) -> Material:
        if size > self._limits.size:
            return self._made(calls).material  # more than a shared key may seal: one of its own
        return self._turn.take(lambda: self._reused(size), lambda: self._renewed(size, calls))

    def forget(self) -> None:
        self._forgotten += 1
        if self._held is not None:
            self._let_go(self._held)

    def _reused(self, size: int) -> Material | None:
        held, limits = self._held, self._limits
        if held is None:
            return None
        if (
            self._clock.time() - held.born_s >= limits.age_s
            or held.recordings >= limits.messages
            or held.size + size > limits.size
        ):
            self._let_go(held)
            return None
        return _used(held, size)

    def _renewed(self, size: int, calls: Calls) -> Material:
        """A new key; whoever asked for it seals by it, however long that took."""
        forgotten = self._forgotten
        made = self._made(calls)
        if forgotten != self._forgotten:  # it may be of a key that is linked no more
            return self._renewed(size, calls)
        self._held = made
        return _used(made, size)

    def _made(self, calls: Calls) -> _Held:
        born_s = self._clock.time()
        made = calls.generate(self._bound)
        wrapped = Wrapped(made.key, made.wrapped, self._bound)
        return _Held(Material(made.plaintext, wrapped), born_s)

    def _let_go(self, held: _Held) -> None:
        self._held = None
        self._retired(held.born_s, held.recordings)


def _used(held: _Held, size: int) -> Material:
    held.recordings += 1
    held.size += size
    return held.material
