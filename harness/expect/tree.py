"""An expression as a value: numbers and measures under plus, minus, times and divided by."""

import math
import operator
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from harness.expect.kinds import Kind

SIGNS: Final[Mapping[str, Callable[[float, float], float]]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
}


@dataclass(frozen=True)
class Number:
    """A number in our own unit, and the unit that was written; none for a bare number."""

    value: float
    unit: str = ""


@dataclass(frozen=True)
class Measure:
    """A path into a summary: of one of several variants or the only one, of one fault or all.

    A percentage of it is a share of `whole`.
    """

    path: str
    kind: Kind
    whole: str | None = None
    variant: str = ""
    fault: str = ""


@dataclass(frozen=True)
class Arithmetic:
    """Two expressions joined by one of SIGNS."""

    sign: str
    left: "Expression"
    right: "Expression"


Expression = Number | Measure | Arithmetic


def measures(expression: Expression) -> Iterator[Measure]:
    """Every measure that an expression mentions."""
    if isinstance(expression, Measure):
        yield expression
    elif isinstance(expression, Arithmetic):
        yield from measures(expression.left)
        yield from measures(expression.right)


def value(expression: Expression, look: Callable[[Measure], float | None]) -> float | None:
    """What it comes to; None where a measure is not there, or what comes is no finite number."""
    if isinstance(expression, Number):
        return expression.value
    if isinstance(expression, Measure):
        return look(expression)
    left, right = value(expression.left, look), value(expression.right, look)
    if left is None or right is None:
        return None
    try:
        found = SIGNS[expression.sign](left, right)
        return found if math.isfinite(found) else None
    except (ZeroDivisionError, OverflowError):
        return None
