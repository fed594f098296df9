"""How a run ended, in three lines for a person and a code for a machine."""

import json
from pathlib import Path
from typing import Any

from rich.console import Console

from harness.expect import sides
from harness.live.run import Run

CODES = {"pass": 0, "fail": 1, "invalid": 3}
COLOURS = {
    "pass": "bold green",
    "fail": "bold red",
    "invalid": "bold yellow",
    "cut off": "bold yellow",
}
INTERRUPTED = 130


def tell(run: Run) -> int:
    """Print the verdict, the ledger and where the report is; return the exit code."""
    console = Console(highlight=False, soft_wrap=True)
    summary = _summary(run.prepared.folder)
    if summary is not None:
        _tell_summary(console, summary)
        console.print(f"report   {run.prepared.folder / 'report.html'}", markup=False)
    if run.error is not None:
        Console(stderr=True, highlight=False, soft_wrap=True).print(
            f"ekm: {run.error}", markup=False
        )
        return run.error.exit_code
    if run.interrupted:
        return INTERRUPTED
    return CODES[summary["verdict"]] if summary else 2


def _tell_summary(console: Console, summary: dict[str, Any]) -> None:
    counts, kms = summary["recordings"], summary["kms"]
    verdict = "cut off" if summary["ended"] == "interrupted" else summary["verdict"]
    console.print(f"[{COLOURS[verdict]}]{verdict.upper():<8}[/] {summary['scenario']}")
    console.print(
        f"ledger   {counts['arrived']:,} arrived = {counts['sealed']:,} sealed"
        f" + {counts['dead_lettered']:,} dead-lettered + {counts['shed']:,} shed"
        f" + {counts['buffered']:,} buffered; lost {counts['lost']:,}"
    )
    console.print(
        f"kms      {kms['attempts']:,} attempts, {kms['throttled']:,} throttled,"
        f" {kms['amplification'] or 0:.2f} a recording"
    )
    for fault in summary["faults"]:
        console.print(f"fault    {fault['text']}: {_recovery(fault)}", markup=False)
    for expectation in summary["expectations"]:
        if not expectation["ok"]:
            console.print(f"[bold red]failed[/]   {expectation['expect']}: {sides(expectation)}")
    for reason in (summary.get("saturation") or {}).get("invalid", []):
        console.print(f"[bold yellow]invalid[/]  {reason}")


def _recovery(fault: dict[str, Any]) -> str:
    if fault["began_s"] is None:
        return "did not strike"
    took_s = fault["time_to_recover_s"]
    return "not recovered" if took_s is None else f"recovered in {took_s:.1f} s"


def _summary(folder: Path) -> dict[str, Any] | None:
    try:
        found: dict[str, Any] = json.loads((folder / "summary.json").read_text())
    except (OSError, ValueError):
        return None
    return found
