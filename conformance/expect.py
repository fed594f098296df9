"""What a check says when a target does otherwise, and the few words it is said with."""

import re
from typing import Any, Final

# So that two measurements of the same server read the same.
_DIFFERENT_EACH_TIME: Final = (
    (r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "[id]"),
    (r"[0-9a-f]{32,64}", "[hex]"),
    (r"ekm-conformance-[0-9a-f]+", "[name]"),
    (r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d[+:.\d]*", "[date]"),
)


class Differs(Exception):
    """The target did otherwise; the message is what it did instead, short."""


class NotAsked(Exception):
    """This target cannot be asked, or it would cost too much; the message says why."""


def equal(expected: Any, actual: Any, what: str) -> None:
    """Raises Differs where `actual` is not what KMS would have answered."""
    if actual != expected:
        raise Differs(f"{what} is {short(actual)}, not {short(expected)}")


def holds(true: object, instead: str) -> None:
    """Raises Differs, saying what was seen `instead`."""
    if not true:
        raise Differs(instead)


def short(value: Any, most: int = 80) -> str:
    """A value in as few characters as a table's cell can bear, the same each time."""
    text = f"{len(value)} bytes" if isinstance(value, bytes) else str(value)
    for pattern, word in _DIFFERENT_EACH_TIME:
        text = re.sub(pattern, word, text)
    return text if len(text) <= most else f"{text[: most - 1]}…"
