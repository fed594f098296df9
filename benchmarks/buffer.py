"""The durable buffer: put, lease and settle of small recordings, by greenlets, as a run does it.

Against litequeue's put, pop and done of the same bytes, in its own defaults, with as many waiting
in it: its pop sorts what waits, so that how many do matters. What is required is of none waiting,
where litequeue is at its best.
"""

import itertools
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, Final

from benchmarks._child import call
from benchmarks._repeat import repeat
from benchmarks._row import Row

GREENLETS: Final = 256
PAYLOAD: Final = b"0123456789abcdef" * 16


def measure(quick: bool) -> list[Row]:
    times = 2 if quick else 5
    seconds = 1.0 if quick else 1.5
    return [
        _row("beside none that wait", times, seconds, 0, floor=30_000, ratio=10),
        _row("beside as many that wait", times, seconds, GREENLETS),
        _row("beside a backlog of 5,000", 1 if quick else 3, seconds, 5_000),
        _row("each commit on the disk", 1 if quick else 3, seconds, GREENLETS, power_safe=True),
    ]


def _row(
    what: str,
    rounds: int,
    seconds: float,
    waiting: int,
    power_safe: bool = False,
    floor: float | None = None,
    ratio: float | None = None,
) -> Row:
    asked = {"seconds": seconds, "waiting": waiting, "power_safe": power_safe}
    ours, theirs = repeat(
        rounds, partial(_in_child, "carried", asked), partial(_in_child, "queued", asked)
    )
    synchronous = ", synchronous = full" if power_safe else ""
    return Row(
        f"put, lease, settle of {len(PAYLOAD)} B by {GREENLETS} greenlets, {what}",
        "recordings/s",
        ours["per_s"],
        f"litequeue: put, pop, done{synchronous}",
        theirs["per_s"],
        floor=floor,
        times=ratio,
    )


def _in_child(function: str, asked: dict[str, Any]) -> dict[str, float]:
    with tempfile.TemporaryDirectory(prefix="ekm-bench-") as folder:
        return dict(call(f"benchmarks.buffer:{function}", folder=folder, **asked))


def carried(folder: str, seconds: float, waiting: int, power_safe: bool) -> dict[str, float]:
    """Ours, in this process, which gevent patches for good."""
    from gevent import monkey

    monkey.patch_all()
    import gevent

    from harness.recording import Recording

    buffer, now = _open(Path(folder), power_safe)
    ids = itertools.count(buffer.first_id())
    done, until_s = 0, 0.0

    def put() -> None:
        assert buffer.put(Recording(next(ids), 0, now(), PAYLOAD))

    def line() -> None:
        nonlocal done
        while now() < until_s:
            put()
            entry = buffer.lease(now())
            assert entry and buffer.payload(entry) == PAYLOAD
            buffer.settle(entry)
            done += 1

    gevent.joinall([gevent.spawn(put) for _ in range(waiting)], raise_error=True)
    until_s, began_s, began_cpu_s = now() + seconds, time.perf_counter(), time.process_time()
    gevent.joinall([gevent.spawn(line) for _ in range(GREENLETS)], raise_error=True)
    found = _rates(done, began_s, began_cpu_s)
    buffer.close()
    return found


def _open(folder: Path, power_safe: bool) -> tuple[Any, Callable[[], float]]:
    """A buffer in a folder, and its clock, imported only once gevent has patched the process."""
    from harness.backlog import Bound
    from harness.buffer import Opening
    from harness.clock import SystemClock
    from harness.kms import DataKey
    from harness.registry import find

    clock = SystemClock()
    opening = Opening(
        bound=Bound(100_000, 1024**3),
        clock=clock,
        path=folder / "buffer.sqlite",
        journal=folder / "journal.bin",
        spool_key=lambda: DataKey(bytes(32), b"wrapped"),
        unwrap=lambda _: bytes(32),
        before_commit=lambda: None,
        power_safe=power_safe,
    )
    return find("buffer", "sqlite")(opening), clock.time


def queued(folder: str, seconds: float, waiting: int, power_safe: bool) -> dict[str, float]:
    """litequeue, in this process, one after the other: greenlets would share nothing in it."""
    from litequeue import LiteQueue

    queue = LiteQueue(Path(folder, "queue.sqlite"))
    if power_safe:
        queue.conn.execute("pragma synchronous = full")
    text = PAYLOAD.decode()
    for _ in range(waiting):
        queue.put(text)
    done, began_s, began_cpu_s = 0, time.perf_counter(), time.process_time()
    while time.perf_counter() - began_s < seconds:
        queue.put(text)
        message = queue.pop()
        assert message.data == text
        queue.done(message.message_id)
        done += 1
    return _rates(done, began_s, began_cpu_s)


def _rates(done: int, began_s: float, began_cpu_s: float) -> dict[str, float]:
    wall_s, cpu_s = time.perf_counter() - began_s, time.process_time() - began_cpu_s
    return {"per_s": done / wall_s, "per_cpu_s": done / cpu_s}
