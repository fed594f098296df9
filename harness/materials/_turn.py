"""One call at a time for all who want what it brings: the others wait for it, and look again."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Generic, TypeVar

from harness.clock import Clock, Signal
from harness.errors import KmsError

T = TypeVar("T")
# How long somebody waits for what others asked for; longer than any call takes.
PATIENCE_S: Final = 30.0


@dataclass(slots=True)
class _UnderWay:
    over: Signal
    failed: KmsError | None = None


class Turn(Generic[T]):
    """Whose turn it is to ask."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._under_way: _UnderWay | None = None
        self._here = 0

    @property
    def free(self) -> bool:
        """Nobody is asking."""
        return self._under_way is None

    @property
    def idle(self) -> bool:
        """Nobody is asking nor waiting."""
        return not self._here

    def take(self, ready: Callable[[], T | None], call: Callable[[], T]) -> T:
        """What `ready` has; or what `call` brings, where nobody else is calling; or, where somebody
        is, what `ready` has after that. Raises KmsError as `call` does, or one like the other's."""
        until_s = self._clock.time() + PATIENCE_S
        self._here += 1
        try:
            while (found := ready()) is None:
                if self._under_way is None:
                    return self._called(call)
                self._wait(self._under_way, until_s)
            return found
        finally:
            self._here -= 1

    def _called(self, call: Callable[[], T]) -> T:
        under_way = self._under_way = _UnderWay(self._clock.signal())
        try:
            return call()
        except KmsError as error:
            under_way.failed = error
            raise
        finally:
            self._under_way = None
            under_way.over.set()

    def _wait(self, under_way: _UnderWay, until_s: float) -> None:
        left_s = until_s - self._clock.time()
        if left_s <= 0 or not under_way.over.wait(left_s):
            raise KmsError("Timeout", f"others had no key of KMS in {PATIENCE_S:g} s")
        if under_way.failed is not None:
            raise like(under_way.failed)


def like(error: KmsError) -> KmsError:
    """The same error as one of its own: nobody raises what somebody else is raising."""
    return KmsError(error.code, error.message, error.status)
