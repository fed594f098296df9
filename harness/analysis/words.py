"""How numbers are said, alike in charts and in the report: with a unit, and no more digits than
a reader can use."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

UNKNOWN: Final = "–"  # noqa: RUF001 (an en dash is the customary sign for no value)
MOST_LISTED: Final = 3
_SIZES: Final = ("bytes", "KiB", "MiB", "GiB", "TiB")


def seconds(value: float | None) -> str:
    """`850 µs`, `12.3 ms`, `4.20 s`, `95 s`, `12 min 5 s`; UNKNOWN for None."""
    if value is None:
        return UNKNOWN
    if abs(value) >= 300:
        minutes, rest = divmod(round(value), 60)
        return f"{minutes:,} min" + (f" {rest} s" if rest else "")
    for factor, unit in ((1.0, "s"), (1e3, "ms"), (1e6, "µs")):
        if abs(value) * factor >= 0.9995:
            return f"{_three_digits(value * factor)} {unit}"
    return "0 s" if value == 0 else f"{value * 1e6:.1g} µs"


def count(value: float | None) -> str:
    """`1,204`; UNKNOWN for None."""
    return UNKNOWN if value is None else f"{value:,.0f}"


def size(value: float) -> str:
    """`512 bytes`, `57.9 MiB`."""
    for unit in _SIZES[:-1]:
        if value < 1024:
            return f"{_three_digits(value) if unit != 'bytes' else f'{value:.0f}'} {unit}"
        value /= 1024
    return f"{value:,.1f} {_SIZES[-1]}"


def rate(value: float | None) -> str:
    """`97.5/s`; UNKNOWN for None."""
    return UNKNOWN if value is None else f"{_three_digits(value)}/s"


def number(value: float | None) -> str:
    """A measure without a unit: whole as it is, else to three digits."""
    if value is None:
        return UNKNOWN
    whole = float(value).is_integer() or abs(value) >= 999.5
    return count(value) if whole else f"{value:.3g}"


def measure(value: float | None, unit: str) -> str:
    """A measure in the unit that an expectation's row tells: `s`, `B`, `/s`, `share` or none."""
    if value is None:
        return UNKNOWN
    say = {"s": seconds, "B": size, "/s": rate, "share": share}.get(unit, number)
    return say(value)


def share(value: float) -> str:
    """`12.5 %`."""
    return f"{100 * value:.3g} %"


def plural(value: int, noun: str) -> str:
    """`1 recording`, `2 recordings`, `no recordings`."""
    return f"{count(value) if value else 'no'} {noun}{'' if value == 1 else 's'}"


def kept(recordings: Mapping[str, Any], complete: bool) -> str:
    """What became of the recordings that were not sealed: `nothing lost`, `3 shed, 1 lost`."""
    if not complete:
        return "cut off before the end"
    lost = "lost" if recordings["lost"] != recordings["failed"] else 'lost as "Recording Failed"'
    left = [
        f"{count(recordings[key])} {said}"
        for key, said in (
            ("lost", lost),
            ("dead_lettered", "dead-lettered"),
            ("shed", "shed"),
            ("buffered", "still buffered"),
        )
        if recordings[key]
    ]
    return ", ".join(left if recordings["lost"] else ["nothing lost", *left])


def listed(names: Iterable[str]) -> str:
    """`a`, `a and b`, `a, b and c`, `a, b, c and 4 more`."""
    first = list(dict.fromkeys(names))
    if len(first) > MOST_LISTED:
        first = [*first[:MOST_LISTED], f"{count(len(first) - MOST_LISTED)} more"]
    *most, last = first or [""]
    return f"{', '.join(most)} and {last}" if most else last


def _three_digits(value: float) -> str:
    return f"{value:,.{2 if abs(value) < 9.995 else 1 if abs(value) < 99.95 else 0}f}"
