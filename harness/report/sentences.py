"""The run in sentences: what a reader who reads one line only should know."""

from collections.abc import Mapping
from typing import Any

from harness.analysis.words import count, kept, listed, plural, seconds


def verdict(summary: Mapping[str, Any]) -> str:
    """What the run showed, in a sentence that stands under the word pass, fail or invalid."""
    reasons = summary["saturation"]["invalid"]
    if summary["verdict"] == "invalid":
        return f"These numbers are not to be relied on. {' '.join(reasons)}"
    if summary["verdict"] == "fail":
        failed = [row["expect"] for row in summary["expectations"] if not row["ok"]]
        expected = plural(len(summary["expectations"]), "expectation")
        return f"{len(failed)} of {expected} did not hold: {listed(failed)}. {outcome(summary)}"
    return outcome(summary)


def outcome(summary: Mapping[str, Any]) -> str:
    """`Of 5,975 recordings all were sealed, nothing lost; the backlog was back to normal …`"""
    recordings = summary["recordings"]
    if not recordings["arrived"]:
        return "No recording arrived."
    arrived, sealed = plural(recordings["arrived"], "recording"), count(recordings["sealed"])
    all_of = "all" if recordings["arrived"] == recordings["sealed"] else sealed
    left = kept(recordings, summary["complete"])
    return f"Of {arrived} {all_of} were sealed, {left}{_recovery(summary['faults'])}."


def _recovery(faults: list[dict[str, Any]]) -> str:
    struck = [fault for fault in faults if fault["began_s"] is not None]
    lasting = [fault["fault"] for fault in struck if fault["time_to_recover_s"] is None]
    if not struck:
        return ""
    if lasting:
        return f"; the backlog did not recover from {listed(lasting)}"
    worst = max(struck, key=lambda fault: float(fault["time_to_recover_s"]))
    took = seconds(worst["time_to_recover_s"])
    of_all = f", the worst of {len(struck)} faults" if len(struck) > 1 else ""
    return f"; the backlog was back to normal {took} after {worst['fault']} ended{of_all}"
