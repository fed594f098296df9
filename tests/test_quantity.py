"""Amounts as people write them, good and bad."""

import math
from collections.abc import Callable
from typing import Any

import pytest

from harness.errors import BadInput
from harness.quantity import octets, per_second, seconds, share


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("90", 90.0),
        ("30s", 30.0),
        ("1h30", 3630.0),  # a missing unit means seconds
        ("5m", 300.0),
        ("5min", 300.0),
        ("1h30m", 5400.0),
        ("1h 30m 5s", 5405.0),
        ("250ms", 0.25),
        ("1.5s", 1.5),
        ("2d", 172_800.0),
        ("0", 0.0),
        ("0s", 0.0),
        (12, 12.0),
        (0.5, 0.5),
    ],
)
def test_a_duration_is_read_into_seconds(text: str | float, expected: float) -> None:
    assert seconds(text) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("200", 200.0),
        ("200/s", 200.0),
        ("200/", 200.0),
        ("200 / s", 200.0),
        ("12000/min", 200.0),
        ("12000/m", 200.0),
        ("3.5/s", 3.5),
        ("1/ms", 1000.0),
        ("36/h", 0.01),
        ("0/s", 0.0),
        (7, 7.0),
    ],
)
def test_a_rate_is_read_into_a_number_per_second(text: str | float, expected: float) -> None:
    assert per_second(text) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("65536", 65_536),
        ("64KiB", 65_536),
        ("64 KiB", 65_536),
        ("1.5GB", 1_500_000_000),
        ("10MB", 10_000_000),
        ("2kB", 2_000),
        ("3MiB", 3 * 1024**2),
        ("4GiB", 4 * 1024**3),
        ("12B", 12),
        ("0", 0),
        (512, 512),
    ],
)
def test_a_size_is_read_into_bytes(text: str | int, expected: int) -> None:
    assert octets(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [("0.3", 0.3), ("30%", 0.3), ("100%", 1.0), ("0%", 0.0), ("1", 1.0), (0.25, 0.25), (0, 0.0)],
)
def test_a_share_is_read_into_a_fraction(text: str | float, expected: float) -> None:
    assert share(text) == pytest.approx(expected)


HUGE = "9" * 400


@pytest.mark.parametrize(
    ("read", "text"),
    [
        *((seconds, text) for text in ("", "s", "soon", "-5s", "5 parsecs", "1.2.3s", HUGE)),
        *((seconds, number) for number in (-1, math.nan, math.inf)),
        *((per_second, text) for text in ("", "/s", "fast", "5/parsec", "-5/s", "nan", HUGE)),
        *((per_second, text) for text in ("1/0", "200/s/s", "inf/s")),
        *((per_second, number) for number in (-0.1, math.nan, math.inf)),
        *((octets, text) for text in ("", "KiB", "64kib", "-1", "1e3", "64 parsecs", "1 2", HUGE)),
        *((octets, number) for number in (-5,)),
        *((share, text) for text in ("", "%", "half", "-1%", "101%", "1.1", "nan", "nan%", "inf")),
        *((share, number) for number in (-0.1, 1.5, math.nan)),
    ],
)
def test_anything_else_is_refused_in_one_line_that_says_what_was_got(
    read: Callable[..., Any], text: object
) -> None:
    with pytest.raises(BadInput) as refused:
        read(text, "the knob")
    assert str(refused.value).startswith(f"the knob: got {text!r}, wanted ")
    assert "\n" not in str(refused.value)
