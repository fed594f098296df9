"""The report as one HTML page that opens offline: no script, nothing unescaped."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from harness.analysis.run import Run
from harness.report import sentences, tables
from harness.report.charts import Chart

# What the page says in other places than the table of settings.
TOLD: Final = ("schema", "scenario", "about", "started_s", "faults", "expectations")
_PAGES: Final = Environment(
    loader=FileSystemLoader(Path(__file__).parent),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


def page(run: Run, summary: Mapping[str, Any], charts: Sequence[Chart]) -> str:
    """The page for a run, its judged summary and its charts."""
    return rendered(
        scenario=str(run.manifest.get("scenario") or "run"),
        about=str(run.manifest.get("about") or ""),
        when=_when(run.manifest.get("started_s"), summary["duration_s"]),
        verdict=summary["verdict"],
        sentence=sentences.verdict(summary),
        ledger=tables.ledger(summary),
        links=[],
        charts=charts,
        tables=_tables(run, summary),
    )


def rendered(about: str, tables: Iterable[tables.Table], **parts: Any) -> str:
    """The page of its parts; an empty table is left out, and all but the first paragraph."""
    filled = [table for table in tables if table.rows]
    told = _first_paragraph(about)
    return _PAGES.get_template("report.html").render(about=told, tables=filled, **parts)


def _tables(run: Run, summary: Mapping[str, Any]) -> list[tables.Table]:
    measured = (
        *(tables.expectations, tables.faults, tables.calls, tables.data_keys, tables.errors),
        *(tables.latencies, tables.playback, tables.handshake, tables.instrument),
    )
    return [*(make(summary) for make in measured), tables.settings(run.manifest, TOLD)]


def _first_paragraph(text: str) -> str:
    return " ".join(text.strip().split("\n\n")[0].split())[:600]


def _when(started_s: object, duration_s: float) -> str:
    lasted = f"{duration_s:,.0f} s long"
    if not isinstance(started_s, (int, float)) or not 0 <= started_s < 1e11:
        return lasted
    return f"{datetime.fromtimestamp(started_s, UTC):%Y-%m-%d %H:%M:%S} UTC, {lasted}"
