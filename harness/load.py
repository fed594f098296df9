"""When recordings arrive: an open model, in which no arrival ever waits for another to complete."""

import random
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from harness.errors import BadInput


@dataclass(frozen=True)
class Curve:
    """How the rate changes over a run: (seconds from its beginning, multiple of the rate), straight
    lines between them, level before the first and after the last. No points: always 1."""

    points: tuple[tuple[float, float], ...] = ()

    def __post_init__(self) -> None:
        times = [at_s for at_s, _ in self.points]
        if times != sorted(set(times)) or any(multiple < 0 for _, multiple in self.points):
            wanted = "times that rise, each with a multiple of the rate from 0"
            raise BadInput("the load's curve", self.points, wanted)

    @property
    def highest(self) -> float:
        return max((multiple for _, multiple in self.points), default=1.0)

    def at(self, since_s: float) -> float:
        """The multiple that holds `since_s` seconds after the beginning."""
        if not self.points:
            return 1.0
        place = bisect_right(self.points, since_s, key=lambda point: point[0])
        if place in (0, len(self.points)):
            return self.points[max(place - 1, 0)][1]
        (begin_s, first), (end_s, second) = self.points[place - 1 : place + 1]
        return first + (second - first) * (since_s - begin_s) / (end_s - begin_s)


_LEVEL = Curve()


def poisson(
    rate_per_s: float, start_s: float, rng: random.Random, curve: Curve = _LEVEL
) -> Iterator[float]:
    """The intended arrival times (epoch seconds) of one line that finishes `rate_per_s` recordings
    a second on average, times the curve's multiple, independently of all that happened before and
    of everything downstream.

    A sum of such lines is again Poisson, so doubling the lines doubles the load and nothing else.
    A curve thins out the arrivals of its highest rate (Lewis and Shedler, 1979), which keeps that.
    """
    at_s, highest = start_s, curve.highest
    while highest:
        at_s += rng.expovariate(rate_per_s * highest)
        if curve is _LEVEL or rng.random() * highest < curve.at(at_s - start_s):
            yield at_s


def popular(kept: Sequence[int], skew: float, rng: random.Random) -> int:
    """Which of `kept`, oldest first, somebody plays back: the newest most, falling off as a power
    of the rank. `skew` 0 makes all alike; at 1 the newest tenth of a thousand get two thirds of the
    playbacks. Zipf's law, by inverting its continuous form."""
    count, share = len(kept), rng.random()
    if skew == 1.0:
        rank = (count + 1) ** share
    else:
        power = 1.0 - skew
        rank = (share * ((count + 1) ** power - 1) + 1) ** (1 / power)
    return kept[-min(int(rank), count)]
