"""When a fault is in force: from its rule's arrival, for a while, and then less and less."""

import math
from dataclasses import dataclass

from harness.errors import BadInput

_LONGEST_S = 366 * 86_400.0


@dataclass(frozen=True, slots=True)
class Window:
    """Seconds: `after_s` it begins, `lasts_s` it is in force (None: until it is cleared), and over
    `ramp_s` it recovers."""

    after_s: float = 0.0
    lasts_s: float | None = None
    ramp_s: float = 0.0

    def __post_init__(self) -> None:
        for name, value in (
            ("after", self.after_s),
            ("lasts", self.lasts_s),
            ("ramp", self.ramp_s),
        ):
            if value is not None and not 0 <= value <= _LONGEST_S:
                raise BadInput(name, value, "seconds, from 0 to a year")
        if self.ramp_s and self.lasts_s is None:
            raise BadInput("ramp", self.ramp_s, "lasts as well: what never ends does not recover")

    @property
    def ends_s(self) -> float:
        """When it is over."""
        return math.inf if self.lasts_s is None else self.after_s + self.lasts_s + self.ramp_s

    def level(self, age_s: float) -> float:
        """How much of the fault is left at this age of its rule: 1 all of it, 0 none.

        1  ┌────────┐
           │        │╲
        0 ─┘        │ ╲──
           after   lasts ramp
        """
        if age_s < self.after_s or age_s >= self.ends_s:
            return 0.0
        if self.lasts_s is None:
            return 1.0
        recovering_s = age_s - self.after_s - self.lasts_s
        return 1.0 if recovering_s <= 0 else 1.0 - recovering_s / self.ramp_s
