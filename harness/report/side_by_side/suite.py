"""A suite's folder as it is read: what was planned, and a run for each variant that ran."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from harness import journal
from harness.analysis.run import Run, run
from harness.errors import BadInput
from harness.report.folder import JOURNAL, judged

SUITE: Final = "suite.json"


@dataclass(frozen=True)
class Suite:
    """`runs`, `summaries` and `folders` by variant, in the planned order; `missing` never ran."""

    planned: dict[str, Any]
    runs: dict[str, Run]
    summaries: dict[str, dict[str, Any]]
    folders: dict[str, str]
    missing: list[str]

    @property
    def scenario(self) -> str:
        return str(self.planned.get("scenario") or "suite")


def read(folder: Path) -> Suite:
    """The suite in `folder`; raises BadInput where there is none, or no variant of it ran."""
    planned = _planned(folder / SUITE)
    found = _runs(folder)
    names = [str(name) for name in planned["variants"]]
    runs = {name: run(*journal.read(found[name] / JOURNAL)) for name in names if name in found}
    if not runs:
        raise BadInput(f"no variant ran in {folder}", wanted=" or ".join(names))
    return Suite(
        planned=planned,
        runs=runs,
        summaries={name: judged(one) for name, one in runs.items()},
        folders={name: found[name].name for name in runs},
        missing=[name for name in names if name not in runs],
    )


def _planned(path: Path) -> dict[str, Any]:
    try:
        planned = json.loads(path.read_text())
    except OSError as error:
        raise BadInput(f"cannot read {path}: {error.strerror}") from None
    except ValueError:
        raise BadInput(f"{path} is not JSON") from None
    names = planned.get("variants") if isinstance(planned, dict) else None
    if not isinstance(names, list) or not names:
        raise BadInput(f"{path} names no variants", names, "a list of one or more names")
    return dict(planned)


def _runs(folder: Path) -> dict[str, Path]:
    """The newest folder of each variant, by what its journal says it is."""
    paths = sorted(folder.glob(f"*/{JOURNAL}"))
    return {_variant(path): path.parent for path in paths}


def _variant(path: Path) -> str:
    manifest, _ = journal.read(path)
    return str(manifest.get("variant")) if isinstance(manifest, dict) else ""
