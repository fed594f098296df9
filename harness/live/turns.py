"""The turns of one Locust user: what it does when, for as long as the load goes on."""

from collections.abc import Callable, Iterator

from harness.clock import SystemClock
from harness.live.run import Run

_REST_S = 1.0


def in_time(
    run: Run | None, times: Callable[[Run], Iterator[float]]
) -> Iterator[tuple[Run, float]]:
    """The run, at each of its times for this user, epoch seconds. Does not end by itself: the load
    is over then, or could not be prepared, and Locust is about to stop the user."""
    if run is not None:
        clock = run.prepared.clock
        for at_s in times(run):
            clock.sleep(at_s - clock.time())
            yield run, at_s
    while True:
        SystemClock().sleep(_REST_S)
