"""Amounts as people write them, `30s`, `200/s`, `64KiB`, read into seconds, per second and bytes.

They are read before anything starts, so that a slip of the pen never costs a run.
"""

import re
from typing import Final

from harness.errors import BadInput

_SECONDS: Final = {"ms": 0.001, "s": 1.0, "m": 60.0, "min": 60.0, "h": 3600.0, "d": 86400.0}
_BYTES: Final = {
    "": 1,
    "B": 1,
    "kB": 1000,
    "MB": 1000**2,
    "GB": 1000**3,
    "KiB": 1024,
    "MiB": 1024**2,
    "GiB": 1024**3,
}
_PART: Final = re.compile(r"(\d+(?:\.\d+)?)\s*([a-zA-Z]*)")


def seconds(text: str | float, what: str = "duration") -> float:
    """Seconds in `90`, `30s`, `1h30m`, `250ms`; raises BadInput for anything else."""
    if isinstance(text, int | float):
        return _at_least_zero(float(text), what, text)
    parts = _PART.findall(text)
    if not parts or _PART.sub("", text).strip():
        raise BadInput(what, text, "a duration such as 30s, 5m or 1h30m")
    if any((unit or "s") not in _SECONDS for _, unit in parts):
        raise BadInput(what, text, f"units among {', '.join(_SECONDS)}")
    total = sum(float(number) * _SECONDS[unit or "s"] for number, unit in parts)
    return _at_least_zero(total, what, text)


def per_second(text: str | float, what: str = "rate") -> float:
    """Per second in `200`, `200/s`, `12000/min`, `3.5/s`; raises BadInput for anything else."""
    if isinstance(text, int | float):
        return _at_least_zero(float(text), what, text)
    number, _, unit = text.partition("/")
    try:
        return _at_least_zero(float(number) / _SECONDS[unit.strip() or "s"], what, text)
    except (ValueError, KeyError):
        raise BadInput(what, text, "a rate such as 200/s or 12000/min") from None


def octets(text: str | int, what: str = "size") -> int:
    """Bytes in `65536`, `64KiB`, `1.5GB`; raises BadInput for anything else."""
    found = _PART.fullmatch(str(text).strip())
    if not found or found[2] not in _BYTES:
        raise BadInput(what, text, "a size such as 65536, 64KiB or 1GiB")
    return int(_at_least_zero(float(found[1]) * _BYTES[found[2]], what, text))


def share(text: str | float, what: str = "share") -> float:
    """A fraction of one in `0.3` or `30%`; raises BadInput outside 0 to 1."""
    try:
        found = float(text[:-1]) / 100 if str(text).endswith("%") else float(text)  # type: ignore[index]
    except ValueError:
        raise BadInput(what, text, "a share such as 0.3 or 30%") from None
    if not 0 <= found <= 1:
        raise BadInput(what, text, "a share from 0 to 1")
    return found


def _at_least_zero(number: float, what: str, text: object) -> float:
    if not 0 <= number < float("inf"):
        raise BadInput(what, text, "a number of zero or more")
    return number
