"""What KMS unwrapped, kept for playback: bounded in age and in number, the least used dropped."""

from collections import OrderedDict
from collections.abc import Callable

from harness.clock import Clock
from harness.envelope import Wrapped
from harness.materials._turn import Turn

_Name = tuple[str, bytes, frozenset[tuple[str, str]]]


class Unwrapped:
    """A cache in front of Decrypt, with one call at a time for each wrapped key."""

    def __init__(self, clock: Clock, max_age_s: float, most: int) -> None:
        """Of `most` at once, none older than `max_age_s`, counted from before the call that
        brought it, so that it is never trusted longer; 0: nothing is kept."""
        self._clock, self._max_age_s, self._most = clock, max_age_s, most
        self._kept: OrderedDict[_Name, tuple[float, bytes]] = OrderedDict()
        self._turns: dict[_Name, Turn[bytes]] = {}

    def __len__(self) -> int:
        return len(self._kept)

    def unwrap(self, wrapped: Wrapped, decrypt: Callable[[Wrapped], bytes]) -> bytes:
        """What is kept of it, or else what `decrypt` brings."""
        if not self._max_age_s:
            return decrypt(wrapped)
        # By its context too: what is kept under one must not answer for another.
        name = (wrapped.key, wrapped.blob, frozenset(wrapped.context.items()))
        turn = self._turns.setdefault(name, Turn(self._clock))
        try:
            return turn.take(lambda: self._fresh(name), lambda: self._asked(name, wrapped, decrypt))
        finally:
            if turn.idle:
                del self._turns[name]

    def forget(self) -> None:
        """Drop all, and keep nothing of what is under way either."""
        self._kept = OrderedDict()

    def _fresh(self, name: _Name) -> bytes | None:
        born_s, plaintext = self._kept.get(name, (float("-inf"), None))
        if self._clock.time() - born_s >= self._max_age_s:
            self._kept.pop(name, None)
            return None
        self._kept.move_to_end(name)
        return plaintext

    def _asked(self, name: _Name, wrapped: Wrapped, decrypt: Callable[[Wrapped], bytes]) -> bytes:
        kept, born_s = self._kept, self._clock.time()
        plaintext = decrypt(wrapped)
        kept[name] = (born_s, plaintext)
        if len(kept) > self._most:
            kept.popitem(last=False)
        return plaintext
