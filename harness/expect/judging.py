"""What was expected held against what came: the verdict, and a row for each expectation."""

import itertools
import operator
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from typing import Any, Final

from harness.expect.reading import Expectation, parse
from harness.expect.tree import Arithmetic, Expression, Measure, value
from harness.expect.vocabulary import EVERY

OPERATORS: Final[Mapping[str, Callable[[float, float], bool]]] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<=": operator.le,
    ">=": operator.ge,
    "<": operator.lt,
    ">": operator.gt,
}
_LOST: Final = "recordings.lost"
_EVERY: Final = re.compile(rf"(?<![\w.]){EVERY}\.")
# An error or an operation that did not occur is not listed.
_UNLISTED: Final = ("kms.errors.", "kms.by_operation.")

Summary = Mapping[str, Any]
Row = dict[str, Any]


_Strikes = Mapping[tuple[str, str], Mapping[str, Any]]


def check(expectation: Expectation, summary: Summary) -> Row:
    """`{expect, value, limit, unit, ok}`: the two sides in seconds, bytes or shares of one.

    A measure that the run did not yield is null, and does not hold. It is to hold of each strike
    of the faults that it names; told is the one that came off worst.
    """
    return _check(expectation, {"": summary})


def judge(expectations: list[str], summary: Summary) -> dict[str, Any]:
    """The summary's `verdict` and `expectations`. That nothing is lost is always expected."""
    stated = [parse(text) for text in expectations]
    if not any(_of_losses(one) for one in stated):
        stated.append(parse("lost == 0"))
    return _verdict([check(one, summary) for one in stated], {"": summary})


def judge_variants(expectations: list[str], summaries: Mapping[str, Summary]) -> dict[str, Any]:
    """The same of several plans side by side, whose summaries are here by their names.

    What is said of `every` variant makes a row for each. A row about one alone has its name, as
    `variant`. A variant of whose losses nothing is said is expected to lose nothing.
    """
    texts = [text for said in expectations for text in _of_each(said, summaries)]
    stated = [parse(text, variants=summaries) for text in texts]
    limited = {name for one in stated for name in _of_losses(one)}
    for name in summaries:
        if name not in limited:
            stated.append(parse(f"{name}.lost == 0", variants=summaries))
    rows = [_check(one, summaries) | _about(one) for one in stated]
    return _verdict(rows, summaries)


def holds(expectation: Expectation, look: Callable[[Measure], float | None]) -> Row:
    """`{expect, value, limit, unit, ok}` of what `look` finds."""
    left, right = value(expectation.left, look), value(expectation.right, look)
    compared = OPERATORS[expectation.compare]
    return {
        "expect": expectation.text,
        "value": left,
        "limit": right,
        "unit": expectation.unit,
        "ok": left is not None and right is not None and compared(left, right),
    }


def _verdict(rows: list[Row], summaries: Mapping[str, Summary]) -> dict[str, Any]:
    held = "pass" if all(row["ok"] for row in rows) else "fail"
    doubted = any(summary["saturation"]["invalid"] for summary in summaries.values())
    return {"verdict": "invalid" if doubted else held, "expectations": rows}


def _of_losses(expectation: Expectation) -> set[str]:
    """The variants whose losses it limits: a side is `lost`, or a share of it, and adds nothing."""
    sides = (expectation.left, expectation.right)
    parts = [side.left if isinstance(side, Arithmetic) else side for side in sides if _lone(side)]
    return {part.variant for part in parts if isinstance(part, Measure) and part.path == _LOST}


def _lone(side: Expression) -> bool:
    return not isinstance(side, Arithmetic) or side.sign == "/"


def _of_each(text: str, names: Iterable[str]) -> list[str]:
    """The expectation itself, or one for each variant where it says `every`."""
    said = [_EVERY.sub(f"{name}.", text) for name in names]
    return said if _EVERY.search(text) else [text]


def _about(expectation: Expectation) -> Row:
    named = {measure.variant for measure in expectation.measures}
    return {"variant": named.pop()} if len(named) == 1 else {}


def _check(expectation: Expectation, summaries: Mapping[str, Summary]) -> Row:
    rows = [
        holds(expectation, partial(_value, strikes, summaries))
        for strikes in _strikes(expectation, summaries)
    ]
    return min(rows, key=lambda row: _standing(row, expectation.compare))


def _strikes(expectation: Expectation, summaries: Mapping[str, Summary]) -> Iterator[_Strikes]:
    """Every way to pick a strike of each fault that is named; all strikes, where none is."""
    named = {(m.variant, m.fault) for m in expectation.measures if m.path.startswith("faults.")}
    groups = sorted(named)
    struck = [
        [row for row in summaries[variant].get("faults") or [] if fault in ("", row["fault"])]
        for variant, fault in groups
    ]
    for strikes in itertools.product(*(rows or [{}] for rows in struck)):
        yield dict(zip(groups, strikes, strict=True))


def _standing(row: Row, compare: str) -> tuple[bool, bool, float]:
    """The lower, the worse it came off."""
    value, limit = row["value"], row["limit"]
    if value is None or limit is None:
        return False, False, 0.0
    margin = value - limit if compare in (">", ">=") else limit - value
    return row["ok"], True, -abs(margin) if compare in ("==", "!=") else margin


def _value(strikes: _Strikes, summaries: Mapping[str, Summary], measure: Measure) -> float | None:
    if measure.path.startswith("faults."):
        strike = strikes[measure.variant, measure.fault]
        found: float | None = strike.get(measure.path.removeprefix("faults."))
        return found
    value: Any = summaries[measure.variant]
    for name in measure.path.split("."):
        value = (value or {}).get(name)
    return 0 if value is None and measure.path.startswith(_UNLISTED) else value
