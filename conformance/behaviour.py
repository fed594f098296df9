"""A behaviour: a sentence about what KMS does, where that is known from, and a way to see it."""

import importlib
import pkgutil
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from conformance.target import Target

Check = Callable[[Target], Any]
_AREAS: Final = "conformance.behaviours"
_LAST: Final = "shapes"  # it also judges every answer that the other areas were given
_declared: list["Behaviour"] = []


@dataclass(frozen=True)
class Behaviour:
    """One thing that KMS does. `check` raises where a target does otherwise."""

    area: str
    title: str
    source: str
    check: Check


def behaviour(title: str, source: str) -> Callable[[Check], Check]:
    """Declare the decorated function as the check of a behaviour; its area is its module."""

    def declare(check: Check) -> Check:
        area = check.__module__.rsplit(".", 1)[1]
        _declared.append(Behaviour(area, title, source, check))
        return check

    return declare


@cache
def behaviours() -> tuple[Behaviour, ...]:
    """All there are, area by area, in the order in which each file tells them."""
    for name in areas():
        importlib.import_module(f"{_AREAS}.{name}")
    order = {name: place for place, name in enumerate(areas())}
    return tuple(sorted(_declared, key=lambda one: order[one.area]))


@cache
def areas() -> tuple[str, ...]:
    """The areas: the modules in `conformance/behaviours`."""
    path = importlib.import_module(_AREAS).__path__
    names = [module.name for module in pkgutil.iter_modules(path) if module.name[0] != "_"]
    return tuple(sorted(names, key=lambda name: (name == _LAST, name)))
