"""A run's folder: reads the journal in it and puts every other file there, all or none of them."""

import csv
import json
from contextlib import suppress
from io import StringIO
from pathlib import Path
from typing import Any

from harness import expect
from harness.analysis.quantiles import percentile_table
from harness.analysis.run import Run, read
from harness.errors import BadInput
from harness.report.charts import drawings
from harness.report.junit import junit
from harness.report.markdown import markdown
from harness.report.page import page

JOURNAL = "journal.bin"
# The run itself writes this one, at its beginning, so it is only made where it is missing.
MANIFEST = "manifest.json"


def write(run_folder: Path) -> dict[str, Any]:
    """Make the report of the run in `run_folder` from its `journal.bin`; gives the summary.

    Raises BadInput, in one line, for a journal that is damaged or a folder that is not writable;
    then the folder is as it was.
    """
    run = read(run_folder / JOURNAL)
    summary = judged(run)
    drawn = drawings(run)
    files = {
        "summary.json": as_json(summary),
        "timeline.csv": _timeline(run),
        "latency.hgrm": percentile_table(run.seals()[1]).encode(),
        "junit.xml": junit(summary, run.manifest),
        "summary.md": markdown(summary, run.manifest, run_folder.resolve().name).encode(),
        "report.html": page(run, summary, drawn).encode(),
        **{f"{chart.name}.png": chart.png for chart in drawn},
    }
    if not (run_folder / MANIFEST).exists():
        files[MANIFEST] = as_json(run.manifest)
    put(run_folder, files)
    return summary


def judged(run: Run) -> dict[str, Any]:
    """The summary with what was expected, and the verdict where a reader looks first."""
    stated = [str(text) for text in run.manifest.get("expectations") or []]
    verdict = expect.judge(stated, run.summary)
    if run.summary["aborted_by"] is not None and verdict["verdict"] != "invalid":
        # What there is of it may hold every expectation, and says nothing of the rest.
        verdict["verdict"] = "fail"
    first = {key: run.summary[key] for key in ("schema", "scenario")}
    return first | {"verdict": verdict["verdict"]} | run.summary | verdict


def as_json(value: dict[str, Any]) -> bytes:
    """The value as a file that people can read too."""
    return (json.dumps(value, indent=2, ensure_ascii=False, allow_nan=False) + "\n").encode()


def _timeline(run: Run) -> bytes:
    text = StringIO()
    run.timeline.round(6).to_csv(
        text, index=False, quoting=csv.QUOTE_MINIMAL, lineterminator="\n", na_rep=""
    )
    return text.getvalue().encode()


def put(folder: Path, files: dict[str, bytes]) -> None:
    """Write all under names of their own, and only when all are there give them theirs."""
    written = {folder / f".{name}.part": folder / name for name in files}
    try:
        for part, path in written.items():
            part.write_bytes(files[path.name])
        for part, path in written.items():
            part.replace(path)
    except OSError as error:
        raise BadInput(f"cannot write the report to {folder}: {error.strerror}") from None
    finally:
        for part in written:
            with suppress(OSError):
                part.unlink()
