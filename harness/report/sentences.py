"""The run in sentences: what a reader who reads one line only should know."""

from collections.abc import Iterator, Mapping
from typing import Any

from harness.analysis.words import count, kept, listed, plural, seconds


def verdict(summary: Mapping[str, Any]) -> str:
    """What the run showed, in a sentence that stands under the word pass, fail or invalid."""
    reasons = summary["saturation"]["invalid"]
    if summary["verdict"] == "invalid":
        return f"These numbers are not to be relied on. {' '.join(reasons)}"
    if summary["aborted_by"] is not None:
        return f"Aborted: {summary['aborted_by']}. Until then: {outcome(summary)}"
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
    said = f"Of {arrived} {all_of} were sealed, {left}{_recovery(summary['faults'])}."
    return " ".join([said, *_doubts(summary)])


def _doubts(summary: Mapping[str, Any]) -> Iterator[str]:
    """What the ledger alone does not say, or says against itself, a sentence each."""
    recordings, played = summary["recordings"], summary["playback"]
    if recordings["unrecoverable"]:
        gone = plural(recordings["unrecoverable"], "sealed recording")
        yield f"The key of {gone} is gone: nobody can open them any more."
    if summary["complete"] and recordings["lost"] != recordings["failed"]:
        yield (
            f"{count(recordings['failed'])} were given up on and {count(recordings['lost'])} are "
            "lost: the difference is not accounted for."
        )
    if played["disagreements"]:
        differ = plural(played["disagreements"], "recording")
        yield f"Playing them back said otherwise than the ledger of {differ}."


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
