"""What was expected held against what came: the verdict, and a row for each expectation."""

import itertools
import operator
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any, Final, NamedTuple

from harness.expect.measures import EVERY
from harness.expect.reading import Expectation, parse
from harness.expect.tree import Expression, Measure, value

OPERATORS: Final[Mapping[str, Callable[[float, float], bool]]] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<=": operator.le,
    ">=": operator.ge,
    "<": operator.lt,
    ">": operator.gt,
}
_LOST: Final = "recordings.lost"
# An error or an operation that did not occur is not listed.
_UNLISTED: Final = ("kms.errors.", "kms.by_operation.")

Summary = Mapping[str, Any]
Row = dict[str, Any]


class _Case(NamedTuple):
    """One way to hold it: which variant `every` stands for, and which strike of each fault."""

    every: str
    strikes: Mapping[tuple[str, str], Mapping[str, Any]]


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

    A row that was to hold of `every` variant says which one is told, as `variant`. A variant of
    whose losses nothing is said is expected to lose nothing.
    """
    stated = [parse(text, variants=summaries) for text in expectations]
    said = {name for one in stated for name in _of_losses(one)}
    for name in summaries:
        if not {name, EVERY} & said:
            stated.append(parse(f"{name}.lost == 0", variants=summaries))
    return _verdict([_check(one, summaries) for one in stated], summaries)


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
    """The variants whose losses it limits: a side that is `lost`, not one to which it adds."""
    sides: tuple[Expression, ...] = (expectation.left, expectation.right)
    return {side.variant for side in sides if isinstance(side, Measure) and side.path == _LOST}


def _check(expectation: Expectation, summaries: Mapping[str, Summary]) -> Row:
    cases = list(_cases(expectation, summaries))
    rows = [holds(expectation, partial(_value, case, summaries)) for case in cases]
    worst = min(range(len(rows)), key=lambda place: _standing(rows[place], expectation.compare))
    every = cases[worst].every
    return rows[worst] | ({"variant": every} if every else {})


def _cases(expectation: Expectation, summaries: Mapping[str, Summary]) -> Iterator[_Case]:
    every = any(measure.variant == EVERY for measure in expectation.measures)
    named = [m for m in expectation.measures if m.path.startswith("faults.")]
    groups = sorted({(measure.variant, measure.fault) for measure in named})
    for name in summaries if every else ("",):
        struck = [_strikes(group, name, summaries) for group in groups]
        for strikes in itertools.product(*struck):
            yield _Case(name, dict(zip(groups, strikes, strict=True)))


def _strikes(
    group: tuple[str, str], every: str, summaries: Mapping[str, Summary]
) -> list[Mapping[str, Any]]:
    variant, fault = group
    rows = summaries[every if variant == EVERY else variant].get("faults") or []
    return [row for row in rows if not fault or row["fault"] == fault] or [{}]


def _standing(row: Row, compare: str) -> tuple[bool, bool, float]:
    """The lower, the worse it came off."""
    value, limit = row["value"], row["limit"]
    if value is None or limit is None:
        return False, False, 0.0
    margin = value - limit if compare in (">", ">=") else limit - value
    return row["ok"], True, -abs(margin) if compare in ("==", "!=") else margin


def _value(case: _Case, summaries: Mapping[str, Summary], measure: Measure) -> float | None:
    if measure.path.startswith("faults."):
        strike = case.strikes[measure.variant, measure.fault]
        found: float | None = strike.get(measure.path.removeprefix("faults."))
        return found
    value: Any = summaries[case.every if measure.variant == EVERY else measure.variant]
    for name in measure.path.split("."):
        value = (value or {}).get(name)
    return 0 if value is None and measure.path.startswith(_UNLISTED) else value
