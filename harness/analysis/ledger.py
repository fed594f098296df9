"""What became of every recording; what is left over is lost, and is never assumed to be none."""

from typing import Any

from harness.analysis.events import Events
from harness.analysis.keys import doomed
from harness.journal import Kind

RESUMED = 1  # an ARRIVAL's operation: taken over from an earlier run's buffer


def ledger(events: Events) -> dict[str, Any]:
    """Counts of distinct recordings, and whether the buffer itself was counted at the end.

    `failed` says of how many of the lost it is known how; `unrecoverable` are among the sealed.
    """
    arrivals, seals = events.once(Kind.ARRIVAL), events.of(Kind.SEAL)
    shed = events.of(Kind.SHED)["recording"].nunique()
    arrived = len(arrivals) + shed
    sealed = seals["recording"].nunique()
    dead = events.of(Kind.DEAD_LETTER)["recording"].nunique()
    failed = events.of(Kind.FAILED)["recording"].nunique()
    depth = events.gauge("buffered")["since"]
    # A killed run has not counted its buffer: what is not accounted for should be there.
    buffered = int(depth.sum()) if len(depth) else arrived - sealed - dead - shed - failed
    return {
        "arrived": arrived,
        "sealed": sealed,
        "dead_lettered": dead,
        "shed": shed,
        "buffered": buffered,
        "lost": arrived - sealed - dead - shed - buffered,
        "resumed": int((arrivals["operation"] == RESUMED).sum()),
        "sealed_twice": len(seals) - sealed,
        "failed": failed,
        "unrecoverable": len(doomed(events)),
    }
