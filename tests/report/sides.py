"""Two variants of the queue side by side, as a judged summary."""

from pathlib import Path
from typing import Any

from harness import expect
from harness.analysis.run import read
from tests.analysis import queues

STATED = [
    "every.lost == 0",
    "every.time_to_recover < 7 s",
    "slow.amplification >= fast.amplification",
]


def summary(folder: Path) -> dict[str, Any]:
    quotas = {"slow": 40, "fast": 80}
    variants = {
        name: read(
            queues.write(folder / f"{name}.bin", queues.Queue(throttled_per_s=quota, load_s=50))
        ).summary
        for name, quota in quotas.items()
    }
    judged = expect.judge_variants(STATED, variants)
    return {"schema": 1, "scenario": "sides", **judged, "variants": variants}
