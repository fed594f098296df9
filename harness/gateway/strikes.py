"""What may befall a call, and the port that a wire fault implements to say so.

A fault's effect is found by its name in `harness/faults/`: nothing here knows them.
"""

import random
from collections.abc import Mapping
from typing import Any, Final, Protocol, cast

from harness import registry
from harness.errors import BadInput, KmsError
from harness.gateway.http.manner import Manner

_LARGEST: Final = 10**15


class Fate:
    """What befalls one call. Every effect in force adds its part, the oldest rule's first.

    Delays add up and the least quota holds; of errors, and of manners, the first one counts. A lost
    call never reaches KMS, so that nothing else can befall it but a delay.
    """

    __slots__ = ("_lowered", "delay_s", "error", "lost", "manner", "told")

    def __init__(self) -> None:
        self.delay_s = 0.0
        self.error: KmsError | None = None
        self.lost = False
        self.manner: Manner | None = None
        self.told = ""  # what it is counted under, where that is not its answer's code
        self._lowered: list[tuple[int, float]] = []

    def refuse(self, error: KmsError) -> None:
        """Answer it with this error, and let it use up nothing."""
        self.error = self.error or error

    def delay(self, seconds: float) -> None:
        """Answer it so much later."""
        self.delay_s += seconds

    def lower(self, quota: int, level: float) -> None:
        """Lower the quota to this many calls a second; at a `level` below 1 only so far of it."""
        self._lowered.append((quota, level))

    def alter(self, manner: Manner, told: str = "") -> None:
        """Deliver its answer in this manner."""
        if self.manner is None:
            self.manner, self.told = manner, told

    def lose(self, manner: Manner, told: str) -> None:
        """Let it never reach KMS; `manner` is what the client sees instead of an answer."""
        if not self.lost:
            self.lost, self.manner, self.told = True, manner, told

    def quota(self, usual: int) -> int:
        """What is left of a quota of `usual` calls a second."""
        left = (int(usual + level * (quota - usual)) for quota, level in self._lowered)
        return min(usual, *left) if self._lowered else usual


class Effect(Protocol):
    """What a wire fault does to the calls that it strikes."""

    @property
    def settings(self) -> Mapping[str, Any]:
        """Its own settings as a rule spells them, in seconds, bytes and shares."""
        ...

    def befall(self, fate: Fate, rng: random.Random) -> None:
        """Strike one call; `rng` is the rule's own."""
        ...


def effects() -> list[str]:
    """The faults that have an effect of their own."""
    named = registry.names("faults")
    return [name for name in named if hasattr(registry.find("faults", name), "befall")]


def effect(fault: str, settings: Mapping[str, Any]) -> Effect:
    """The effect of a fault. Raises BadInput for a name or a setting that there is not."""
    for name, value in settings.items():
        number = isinstance(value, int | float) and abs(value) < _LARGEST
        if not (number or isinstance(value, str)):
            raise BadInput(f"{name} of {fault}", value, "a number or a text")
    made = cast(Effect, registry.make("faults", fault, settings))
    unknown = settings.keys() - made.settings.keys()
    if unknown:
        wanted = f"none but {', '.join(made.settings)}" if made.settings else "none"
        raise BadInput(f"settings of {fault}", ", ".join(sorted(unknown)), wanted)
    return made
