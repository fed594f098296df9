"""Whatever is written as an expectation: it is worth what arithmetic says, or refused in a line."""

import json
from fractions import Fraction
from typing import Any

from hypothesis import example, given
from hypothesis import strategies as st

from harness import expect
from harness.errors import BadInput

NAMES = ("arrived", "sealed", "shed", "buffered", "resumed")
SCRAPS = st.sampled_from(
    [
        *(
            "lost",
            "sealed",
            "kms.throttled",
            "faults.throttle.drained",
            "every.lost",
            "p99",
            "oops",
        ),
        *("5", "0", "1e9", "9" * 400, "1.2.3", ".", "60 s", "5 %", "40 /s", "64 MiB", "3 parsecs"),
        *("+", "-", "*", "/", "//", "**", "(", ")", "==", "<", ">=", "=", "!", ",", "'", "lambda"),
        *("\n", "\x00", "\u2028", "½", "٣", "__import__('os')", "[0]", "if", "for 5 s", ":="),
    ]
)
TEXTS = st.text(max_size=60) | st.lists(SCRAPS, max_size=130).map(" ".join)


@given(TEXTS)
@example("-" * 120 + "lost == 0")
@example("(" * 300 + "lost" + ")" * 300 + " == 0")
@example("lost == " + "9" * 5000)
def test_any_text_is_read_or_refused_in_one_line(text: str) -> None:
    for read in (expect.parse, expect.parse_abort, with_variants):
        try:
            read(text)
        except BadInput as refused:
            assert len(str(refused).splitlines()) == 1


def with_variants(text: str) -> expect.Expectation:
    return expect.parse(text, faults=("throttle",), variants=("one", "two"))


SIDES = st.recursive(
    st.sampled_from(["lost", "5", "60 s", "5 %", "kms.throttled", "drained", "duration", "1e300"]),
    lambda side: st.tuples(side, st.sampled_from("+-*/"), side).map(
        lambda said: f"({' '.join(said)})"
    ),
    max_leaves=6,
)


@given(SIDES, st.sampled_from(["==", "!=", "<", ">="]), SIDES)
def test_whatever_is_read_can_be_held_against_whatever_came(
    left: str, compare: str, right: str
) -> None:
    try:
        found = expect.parse(f"{left} {compare} {right}")
    except BadInput:
        return
    strikes = [
        {"fault": "throttle", "drained_s": 1e308},
        {"fault": "throttle", "drained_s": -1e308},
    ]
    for summary in ({}, {"recordings": {"lost": 1e308}, "duration_s": 0, "faults": strikes}):
        row = expect.check(found, summary)
        assert set(row) == {"expect", "value", "limit", "unit", "ok"}
        json.dumps(row, allow_nan=False)


def leaves() -> st.SearchStrategy[tuple[str, Any]]:
    """The text of an expression, and a function of the counts that gives its worth exactly."""
    numbers = st.integers(0, 1000).map(lambda n: (str(n), lambda _: Fraction(n)))
    named = st.sampled_from(NAMES).map(lambda n: (n, lambda counts: Fraction(counts[n])))
    return numbers | named


def joined(inner: st.SearchStrategy[tuple[str, Any]]) -> st.SearchStrategy[tuple[str, Any]]:
    def join(left: tuple[str, Any], sign: str, right: tuple[str, Any]) -> tuple[str, Any]:
        worths = {
            "+": lambda counts: left[1](counts) + right[1](counts),
            "-": lambda counts: left[1](counts) - right[1](counts),
            "*": lambda counts: left[1](counts) * right[1](counts),
            "/": lambda counts: left[1](counts) / right[1](counts),
        }
        return f"({left[0]} {sign} {right[0]})", worths[sign]

    return st.builds(join, inner, st.sampled_from("+-*/"), inner)


@given(
    st.recursive(leaves(), joined, max_leaves=8),
    st.fixed_dictionaries({name: st.integers(0, 1000) for name in NAMES}),
)
def test_an_expression_is_worth_what_arithmetic_says(
    expression: tuple[str, Any], counts: dict[str, int]
) -> None:
    text, worth = expression
    row = expect.check(expect.parse(f"{text} >= 0 * lost"), {"recordings": counts | {"lost": 0}})
    try:
        wanted = worth(counts)
    except ZeroDivisionError:
        assert row["value"] is None
        return
    assert abs(Fraction(row["value"]) - wanted) <= Fraction(1, 10**9) * max(1, abs(wanted))
