"""When recordings arrive: an open model, in which no arrival ever waits for another to complete."""

import random
from collections.abc import Iterator


def poisson(rate_per_s: float, start_s: float, rng: random.Random) -> Iterator[float]:
    """The intended arrival times (epoch seconds) of one line that finishes `rate_per_s` recordings
    a second on average, independently of all that happened before and of everything downstream.

    A sum of such lines is again Poisson, so doubling the lines doubles the load and nothing else.
    """
    at_s = start_s
    while True:
        at_s += rng.expovariate(rate_per_s)
        yield at_s
