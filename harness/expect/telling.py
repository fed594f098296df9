"""A row of expectations in words, for those who cannot ask the right half how numbers are said."""

from collections.abc import Mapping
from typing import Any


def sides(row: Mapping[str, Any]) -> str:
    """`got 48.7 % against 1 %`; nothing, for what the run did not yield."""
    return f"got {_said(row['value'], row['unit'])} against {_said(row['limit'], row['unit'])}"


def _said(value: float | None, unit: str) -> str:
    if value is None:
        return "nothing"
    if unit == "share":
        value, unit = 100 * value, "%"
    number = f"{value:,.0f}" if float(value).is_integer() else f"{value:.4g}"
    return f"{number}{unit}" if unit.startswith("/") else f"{number} {unit}".rstrip()
