"""What a check says when a target does otherwise, and the few words it is said with."""

from typing import Any


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
    """A value in as few characters as a table's cell can bear."""
    text = f"{len(value)} bytes" if isinstance(value, bytes) else str(value)
    return text if len(text) <= most else f"{text[: most - 1]}…"
