"""A scenario of several variants: each a run of its own, one after the other, told side by side."""

import json
import subprocess
import sys
from argparse import Namespace
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from rich.console import Console

from harness.errors import BadInput
from harness.expect import sides
from harness.live.folder import fresh_folder
from harness.live.launch import command, launch
from harness.live.outcome import CODES, COLOURS, INTERRUPTED
from harness.plan import Variants
from harness.scenario import about

_REPORT_S = 600.0


def run_all(path: Path, variants: Variants, arguments: Namespace) -> int:
    """Run each variant, and report on all; the exit code of the whole. What can be said of those
    that ran is said, whatever ended the others."""
    folder = fresh_folder(arguments.out, path.stem)
    console = Console(highlight=False, soft_wrap=True)
    _plan(folder, path, variants, arguments)
    bad = 0
    for turn, name in enumerate(variants.plans, 1):
        console.print(f"\n[bold]{name}[/]  variant {turn} of {len(variants.plans)}")
        words = Namespace(**{**vars(arguments), "variant": name, "out": folder})
        code = launch(command(words, path), arguments.stats)
        if code not in CODES.values():
            bad = code
            break
    summary = _told(folder)
    console.print(
        f"\n[{COLOURS[summary['verdict']]}]{summary['verdict'].upper():<8}[/] {path.stem}"
    )
    _tell_failures(console, summary["expectations"])
    console.print(f"report   {folder / 'report.html'}", markup=False)
    return bad if bad in (INTERRUPTED, BadInput.exit_code) else CODES[summary["verdict"]]


def _tell_failures(console: Console, expectations: Sequence[dict[str, Any]]) -> None:
    for row in expectations:
        if not row["ok"]:
            console.print(f"[bold red]failed[/]   {row['expect']}: {sides(row)}")


def _plan(folder: Path, path: Path, variants: Variants, arguments: Namespace) -> None:
    """What the report of all has to know, and no run alone says."""
    told = {
        "scenario": path.stem,
        "about": about(path),
        "seed": arguments.seed,
        "kms": arguments.kms,
        "variants": list(variants.plans),
        "expectations": list(variants.expectations),
    }
    (folder / "suite.json").write_text(json.dumps(told, indent=2) + "\n")


def _told(folder: Path) -> dict[str, Any]:
    command = [sys.executable, "-m", "harness.report.side_by_side", str(folder)]
    made = subprocess.run(
        command, stderr=subprocess.PIPE, text=True, check=False, timeout=_REPORT_S
    )
    if made.returncode:
        said = made.stderr.strip().splitlines()
        raise BadInput(said[-1].removeprefix("ekm: ") if said else "the report was not made")
    summary: dict[str, Any] = json.loads((folder / "summary.json").read_text())
    return summary
