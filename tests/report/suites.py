"""A suite of three queues: one that keeps up, one that is throttled, one that never recovers."""

import json
from pathlib import Path
from typing import Any

from harness.report import write
from tests.analysis import queues
from tests.analysis.queues import Queue

QUEUES = {
    "patient": Queue(throttled_per_s=80),
    "hasty": Queue(throttled_per_s=20),
    "stuck": Queue(quota_per_s=50, load_s=80),
}


def suite(folder: Path, **more: Any) -> Path:
    """The folder of a suite, as the runs of its variants leave it."""
    planned = {
        "scenario": "queues",
        "about": "Three queues.",
        "seed": 7,
        "kms": "embedded",
        "variants": list(QUEUES),
        "expectations": ["hasty.backlog.peak > patient.backlog.peak", "stuck.lost == 0"],
        **more,
    }
    (folder / "suite.json").write_text(json.dumps(planned))
    for name, queue in QUEUES.items():
        if name in planned["variants"]:
            run(folder, name, queue)
    return folder


def run(folder: Path, name: str, queue: Queue, stamp: str = "20261125T070000Z") -> None:
    of_its_own = folder / f"{name}-{stamp}"
    of_its_own.mkdir(parents=True)
    expected = ["lost == 0"]
    queues.write(of_its_own / "journal.bin", queue, variant=name, expectations=expected)
    write(of_its_own)
