"""The table of all figures, for a terminal and for docs/benchmarks.md."""

import os
import platform
import re
import time
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Final

import psutil
from rich.table import Table

from benchmarks._row import Row

Found = Mapping[str, list[Row]]
_COLUMNS: Final = ("what", "unit", "ours", "theirs", "theirs is", "ratio", "required", "held")
_VERSIONS: Final = (
    *("ekm-harness", "locust", "gevent", "boto3", "geventhttpclient", "cryptography"),
    *("uvloop", "litequeue"),
)
_PREFACE: Final = """# How fast it is

Written by `make bench`, which is `python -m benchmarks`; one by its name: `benchmarks wire`.
`--quick` shows that it works, and writes nothing. Exit code 1 where a floor is missed.

Every ratio is of one run: ours and theirs in turn, A B A B, nothing beside them. A figure is the
median of its samples, with the least and the greatest; a ratio that of the pairs' ratios. CPU
seconds are told where the clock alone would measure the machine's other work too. A row that
requires nothing is for information. Where others used a tenth of the machine or more just before a
sample, the row says so.
"""


def table(found: Found) -> Table:
    """For a terminal."""
    shown = Table(title="benchmarks", caption="\n".join(_remarks(found)), caption_justify="left")
    for column in _COLUMNS:
        shown.add_column(column)
    for rows in found.values():
        shown.add_section()
        for row in rows:
            shown.add_row(*_cells(row))
    return shown


def markdown(found: Found, took_s: float) -> str:
    """The page: when and where it was measured, and a table for each benchmark."""
    date = time.strftime("%Y-%m-%d %H:%M UTC", time.gmtime())
    parts = [_PREFACE, f"Measured on {date}, in {took_s / 60:.0f} minutes, on {machine()}.\n"]
    for name, rows in found.items():
        parts += [f"## {name}\n", *_lines(rows), "", *_remarks({name: rows}), ""]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(parts)).rstrip() + "\n"


def _remarks(found: Found) -> list[str]:
    rows = (row for rows in found.values() for row in rows)
    return [f"- {row.what}: {row.remarks}." for row in rows if row.remarks]


def machine() -> str:
    """The machine and the versions, without naming the machine."""
    memory_gib = psutil.virtual_memory().total / 2**30
    versions = ", ".join(f"{name} {version(name)}" for name in _VERSIONS)
    system = f"{platform.system()} {platform.release()}"
    python = f"Python {platform.python_version()}"
    return f"{os.cpu_count()} CPUs ({_cpu()}), {memory_gib:.0f} GiB, {system}; {python}, {versions}"


def _cpu() -> str:
    cpuinfo = Path("/proc/cpuinfo")
    lines = cpuinfo.read_text().splitlines() if cpuinfo.exists() else []
    models = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return models[0] if models else platform.processor() or platform.machine()


def _lines(rows: list[Row]) -> list[str]:
    head = [f"| {' | '.join(_COLUMNS)} |", f"|{'---|' * len(_COLUMNS)}"]
    return head + [f"| {' | '.join(_cells(row))} |" for row in rows]


def _cells(row: Row) -> tuple[str, ...]:
    theirs = row.theirs.text if row.theirs else "-"
    ratio = row.ratio.text if row.ratio else "-"
    held = {True: "yes", False: "NO", None: "-"}[row.held]
    what = (row.what, row.unit, row.ours.text, theirs, row.against or "-")
    return (*what, ratio, row.required, held)
