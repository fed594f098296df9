"""The whole pipeline on two cores: how many recordings a second `ekm run` goes on carrying.

64 KiB recordings through the durable buffer, a data key each from the embedded KMS over HTTP,
sealed and journalled; against the plain design, at its best, on the same gateway.
"""

import tempfile
from functools import partial
from pathlib import Path
from typing import Final

from benchmarks import _carried, _locust
from benchmarks._carried import Carried
from benchmarks._repeat import await_quiet, repeat
from benchmarks._row import Figure, Row
from benchmarks._server import gateway

FLOOR_PER_S: Final = 4500
# A little over the floor, since Poisson arrivals may come in a little under what is offered.
OFFERED_PER_S: Final = 4600
STEPS_PER_S: Final = (5000, 5500, 6000)
RECORDING_BYTES: Final = 64 * 1024
_MIX_PER_S: Final = 2000
_PLAIN_USERS: Final = 10


def measure(quick: bool) -> list[Row]:
    times, seconds = (1, 6) if quick else (3, 22)
    ours, theirs, light = repeat(
        times,
        partial(_sealed, seconds),
        partial(_plain, quick, durable=True),
        partial(_plain, quick, durable=False),
    )
    rate, plain = ours["per_s"], "Locust + boto3 + litequeue + AES-GCM"
    return [
        Row(
            f"64 KiB recordings, {seconds - 2} s at {OFFERED_PER_S:,}/s",
            "sealed/s",
            rate,
            plain,
            theirs["per_s"],
            floor=FLOOR_PER_S,
            times=3,
            note="a run that did not hold would count as 0",
        ),
        Row("the same", "sealed/s", rate, "the same, no bytes in its queue", light["per_s"]),
        *_climb(STEPS_PER_S[:1] if quick else STEPS_PER_S, seconds),
        _step("recordings of steady's mix of sizes", _MIX_PER_S, seconds // 2),
    ]


def _sealed(seconds: int) -> dict[str, float]:
    carried = _carry(OFFERED_PER_S, seconds)
    return {"per_s": carried.sealed_per_s if carried.held else 0.0}


def _climb(steps: tuple[int, ...], seconds: int) -> list[Row]:
    """One run a step, up to the first that does not hold."""
    rows: list[Row] = []
    for offered_per_s in steps:
        rows.append(_step("64 KiB recordings", offered_per_s, seconds, RECORDING_BYTES))
        if not rows[-1].note.startswith("held"):
            break
    return rows


def _step(what: str, offered_per_s: int, seconds: int, size: int | None = None) -> Row:
    busy = await_quiet()
    carried = _carry(offered_per_s, seconds, size)
    figure = Figure((carried.sealed_per_s,), busy)
    what = f"{what}, {seconds - 2} s at {offered_per_s:,}/s"
    return Row(what, "sealed/s", figure, note=carried.text)


def _carry(
    offered_per_s: int, seconds: int, recording_bytes: int | None = RECORDING_BYTES
) -> Carried:
    """One `ekm run`; with recordings of one size, or of the scenario's own mix where it is None."""
    with tempfile.TemporaryDirectory(prefix="ekm-bench-") as folder:
        more = _carried.recordings(Path(folder), recording_bytes) if recording_bytes else ()
        reports = Path(folder, "reports")
        return _carried.finish(_carried.start(offered_per_s, seconds, reports, *more), reports)


def _plain(quick: bool, durable: bool) -> dict[str, float]:
    with gateway() as server:
        return _locust.run(
            "plain",
            users=_PLAIN_USERS,
            endpoint=server.endpoint,
            key=server.key,
            durable=durable,
            warm_up_s=1.0,
            seconds=2.0 if quick else 5.0,
        )
