"""The variants as rows of tables: what became of recordings, and what it took."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from harness.analysis.recovery import goodput_in_fault
from harness.analysis.words import UNKNOWN, count, number, rate, seconds
from harness.report import tables
from harness.report.side_by_side.suite import Suite
from harness.report.tables import Table, table


def all_of(suite: Suite, summary: Mapping[str, Any]) -> list[Table]:
    """Every table of the page, in its order."""
    return [
        _fates(suite),
        _work(suite),
        _playback(suite),
        *_judged(suite, summary),
        _faults(summary),
    ]


def _fates(suite: Suite) -> Table:
    columns = (
        *("Variant", "Verdict", "Arrived #", "Sealed #", "Lost #", "of them failed #"),
        *("Dead-lettered #", "Shed #", "Still buffered #", "Unrecoverable #"),
    )
    keys = (
        *("arrived", "sealed", "lost", "failed", "dead_lettered", "shed", "buffered"),
        "unrecoverable",
    )
    rows = [
        (name, _verdict(one), *(count(one["recordings"][key]) for key in keys))
        for name, one in suite.summaries.items()
    ]
    rows += [(name, "did not run", *(UNKNOWN for _ in keys)) for name in suite.missing]
    note = "Recordings. Arrived is the sum of sealed, lost, dead-lettered, shed and still buffered."
    return table("What became of the recordings", columns, rows, note)


def _work(suite: Suite) -> Table:
    columns = (
        *("Variant", "Goodput in the load #", "in a fault #", "Attempts a recording #"),
        *("Throttled #", "Seal p50 #", "p99 #", "Peak backlog #", "Time to recover #"),
    )
    rows = [
        (
            name,
            rate(run.summary["goodput"] or 0.0),
            rate(goodput_in_fault(run.summary["faults"])),
            number(run.summary["kms"]["amplification"]),
            count(run.summary["kms"]["throttled"]),
            seconds(run.summary["latency_s"]["seal"]["p50"]),
            seconds(run.summary["latency_s"]["seal"]["p99"]),
            count(run.summary["backlog"]["peak"]),
            _recovery(run.summary["faults"]),
        )
        for name, run in suite.runs.items()
    ]
    note = (
        "Goodput: recordings sealed a second. Attempts: calls to get a data key. Throttled: calls. "
        "Seal: from the intended arrival, of those that were sealed. Of several faults the worst."
    )
    return table("What it took", columns, rows, note)


def _playback(suite: Suite) -> Table:
    columns = (
        *("Variant", "Asked for beside the load #", "Played #", "Encryption errors #", "p50 #"),
        *("p99 #", "At the end #", "Played #", "Encryption errors #", "Disagree with the ledger #"),
    )
    rows = []
    for name, one in suite.summaries.items():
        played, keys = one["playback"], ("attempted", "ok", "encryption_errors")
        live, verify = ([count(played[by][key]) for key in keys] for by in ("live", "verify"))
        took, differ = one["latency_s"]["playback_live"], count(played["disagreements"])
        rows.append((name, *live, *(seconds(took[q]) for q in ("p50", "p99")), *verify, differ))
    asked = any(one["playback"]["attempted"] for one in suite.summaries.values())
    return table("Playback", columns, rows if asked else [])


def _judged(suite: Suite, summary: Mapping[str, Any]) -> list[Table]:
    own = [
        {**row, "expect": f"{name}: {row['expect']}"}
        for name, one in suite.summaries.items()
        for row in one["expectations"]
    ]
    of_each = replace(tables.expectations({"expectations": own}), title="Expected of each variant")
    return [replace(tables.expectations(summary), title="Expected of all"), of_each]


def _faults(summary: Mapping[str, Any]) -> Table:
    rows = [
        {**fault, "text": f"{fault['variant']}: {fault['text']}"} for fault in summary["faults"]
    ]
    return tables.faults({"faults": rows})


def _verdict(one: Mapping[str, Any]) -> str:
    return "FAILED" if one["verdict"] == "fail" else str(one["verdict"])


def _recovery(faults: list[dict[str, Any]]) -> str:
    struck = [fault for fault in faults if fault["began_s"] is not None]
    if not struck:
        return UNKNOWN
    took = [fault["time_to_recover_s"] for fault in struck]
    return "not recovered" if None in took else seconds(max(took))
