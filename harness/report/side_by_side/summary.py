"""The summary of several variants: counts added up, each variant's own beside them."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from harness import expect
from harness.analysis.run import SCHEMA
from harness.report.side_by_side.suite import Suite

# Of several endings the first of these is told; then complete.
ENDINGS: Final = ("killed", "interrupted", "aborted", "undrained")

# As much of a summary as a variant has that did not run: nothing can be expected of it.
NEVER_RAN: Final[Mapping[str, Any]] = {
    "saturation": {"invalid": ["It did not run."]},
    "expectations": [],
    "aborted_by": None,
    "duration_s": 0.0,
}


def summary(suite: Suite) -> dict[str, Any]:
    """As of one run, where that has a meaning for several; `variants` has all of each."""
    told = list(suite.summaries.values())
    judged = _judged(suite)
    return {
        "schema": SCHEMA,
        "scenario": suite.scenario,
        "verdict": judged["verdict"],
        "seed": suite.planned.get("seed"),
        "client": _alike(told, "client"),
        "buffer": _alike(told, "buffer"),
        "backend": _alike(told, "backend"),
        "duration_s": round(sum(one["duration_s"] for one in told), 6),
        "complete": not suite.missing and all(one["complete"] for one in told),
        "ended": _ending(told),
        "recordings": added(one["recordings"] for one in told),
        # The mean over all that were tried cannot be made of the variants' means.
        "kms": added(one["kms"] for one in told) | {"amplification": None},
        "faults": [
            {"variant": name, **fault}
            for name, one in suite.summaries.items()
            for fault in one["faults"]
        ],
        "playback": added(one["playback"] for one in told),
        "saturation": {"invalid": _doubts(suite)},
        "expectations": judged["expectations"],
        "missing": suite.missing,
        "variants": {
            name: {"folder": suite.folders[name], **one} for name, one in suite.summaries.items()
        },
    }


def added(parts: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """The sum of numbers by key, all the way down; None where no part has a number."""
    total: dict[str, Any] = {}
    for part in parts:
        for key, value in part.items():
            if isinstance(value, Mapping):
                total[key] = added([total.get(key) or {}, value])
            elif value is None:
                total.setdefault(key, None)
            else:
                total[key] = (total.get(key) or 0) + value
    return total


def _judged(suite: Suite) -> dict[str, Any]:
    """What is expected over all; a variant that fails by its own expectations fails all of them."""
    told = suite.summaries | dict.fromkeys(suite.missing, NEVER_RAN)
    stated = [str(text) for text in suite.planned.get("expectations") or []]
    judged = expect.judge_variants(stated, told)
    failed = any(one["verdict"] == "fail" for one in suite.summaries.values())
    if failed and judged["verdict"] == "pass":
        judged["verdict"] = "fail"
    return judged


def _doubts(suite: Suite) -> list[str]:
    never = [f"{name}: it did not run." for name in suite.missing]
    return never + [
        f"{name}: {reason}"
        for name, one in suite.summaries.items()
        for reason in one["saturation"]["invalid"]
    ]


def _alike(told: Iterable[Mapping[str, Any]], key: str) -> str:
    """What all variants have, or what each of them has."""
    return ", ".join(dict.fromkeys(str(one[key]) for one in told))


def _ending(told: Iterable[Mapping[str, Any]]) -> str:
    endings = {one["ended"] for one in told}
    return next((ending for ending in ENDINGS if ending in endings), "complete")
