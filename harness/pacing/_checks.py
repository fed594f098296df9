"""What the settings of a pacing may be: rates above zero, and a burst that is a whole number."""

from harness.errors import BadInput
from harness.quantity import per_second

_MOST_PER_S = 1e6
_MOST_BURST = 10_000


def rate(text: str | float, what: str) -> float:
    """A rate above zero, per second, of `200/s` and the like. Raises BadInput for anything else."""
    found = per_second(text, what)
    if not 0 < found <= _MOST_PER_S:
        raise BadInput(what, text, "a rate above zero, such as 200/s")
    return found


def burst(count: object, what: str) -> int:
    """How many may be started at once. Raises BadInput for anything but a whole number from 1."""
    if type(count) is not int or not 1 <= count <= _MOST_BURST:
        raise BadInput(what, count, f"a whole number from 1 to {_MOST_BURST}")
    return count
