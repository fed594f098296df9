"""Checks of a plan as a whole: what each of its parts, looked at alone, could not know."""

from collections.abc import Mapping, Sequence
from typing import Any

from harness.clock import SystemClock
from harness.errors import BadInput
from harness.materials import Opening
from harness.registry import find, make
from harness.strike import Strike


def check_names(**named: str) -> None:
    """Raises UnknownName for an extension that there is not: folder to name."""
    for folder, name in named.items():
        find(folder, name, "retry policy" if folder == "retry" else folder)


def check_materials(name: str, settings: Mapping[str, Any]) -> None:
    """Raises BadInput for settings that these key materials do not have or cannot take."""
    opening = Opening(SystemClock(), "any", lambda *_: None)
    make("materials", name, {"opening": opening, **settings}, "materials")


def check_overlap(strikes: Sequence[Strike]) -> None:
    """The same state fault twice at once would be mended by the first to end."""
    ends: dict[str, float] = {}
    state = (strike for strike in strikes if not strike.fault.wire)
    for strike in sorted(state, key=lambda strike: strike.at_s):
        if strike.at_s < ends.get(strike.name, 0.0):
            raise BadInput(
                f"fault {strike.name} strikes again before it has ended",
                f"{strike.at_s:g} s",
                f"{ends[strike.name]:g} s or later",
            )
        ends[strike.name] = strike.at_s + strike.for_s
