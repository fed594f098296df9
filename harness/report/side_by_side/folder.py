"""A suite's folder: reads its runs and puts the report of all of them there, or nothing."""

from pathlib import Path
from typing import Any

from harness import registry
from harness.analysis.words import plural
from harness.contrasts import READING_ORDER, Draw
from harness.report.charts import Chart, chart_of
from harness.report.folder import as_json, put
from harness.report.junit import junit
from harness.report.markdown import markdown
from harness.report.page import rendered
from harness.report.side_by_side import sentence, tables
from harness.report.side_by_side.suite import Suite, read
from harness.report.side_by_side.summary import NEVER_RAN
from harness.report.side_by_side.summary import summary as summed


def write(folder: Path) -> dict[str, Any]:
    """Make the report of the suite in `folder`; gives the summary.

    Raises BadInput, in one line, where there is no suite, a journal is damaged, or the folder is
    not writable; then the folder is as it was.
    """
    suite = read(folder)
    summary, drawn = summed(suite), _drawings(suite)
    manifests = {name: run.manifest for name, run in suite.runs.items()}
    told = summary | {"variants": summary["variants"] | dict.fromkeys(suite.missing, NEVER_RAN)}
    files = {
        "summary.json": as_json(summary),
        "junit.xml": junit(told, suite.planned, manifests),
        "summary.md": markdown(summary, suite.planned, folder.resolve().name).encode(),
        "report.html": _page(suite, summary, drawn).encode(),
        **{f"{chart.name}.png": chart.png for chart in drawn},
    }
    put(folder, files)
    return summary


def _drawings(suite: Suite) -> list[Chart]:
    names = sorted(registry.names("contrasts"), key=lambda name: (_place(name), name))
    drawn = []
    for name in names:
        draw: Draw = registry.find("contrasts", name)
        drawn.append(chart_of(name, draw(suite.runs)))
    return [chart for chart in drawn if chart is not None]


def _place(name: str) -> int:
    return READING_ORDER.index(name) if name in READING_ORDER else len(READING_ORDER)


def _page(suite: Suite, summary: dict[str, Any], drawn: list[Chart]) -> str:
    return rendered(
        scenario=suite.scenario,
        about=str(suite.planned.get("about") or ""),
        when=f"{plural(len(suite.runs), 'variant')}, {summary['duration_s']:,.0f} s in all",
        verdict=summary["verdict"],
        sentence=sentence.verdict(suite, summary),
        ledger=[],
        links=[(name, f"{folder}/report.html") for name, folder in suite.folders.items()],
        charts=drawn,
        tables=tables.all_of(suite, summary),
    )
