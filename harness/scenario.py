"""Scenario files: found by name or path, read without Locust, and run by Locust as they stand."""

import ast
import importlib
import runpy
import sys
from pathlib import Path
from typing import Any

from harness.errors import BadInput, HarnessError, UnknownName
from harness.plan import Plan, Variants

_OURS = Path(__file__).parent.parent / "scenarios"


def folders() -> list[Path]:
    """Where scenarios are looked for by name: `scenarios/` here, then the ones that come along."""
    found = [folder for folder in (Path("scenarios"), _OURS) if folder.is_dir()]
    return [found[0]] if len({folder.resolve() for folder in found}) == 1 else found


def names() -> dict[str, Path]:
    """Every scenario by its name; the user's own go first."""
    found: dict[str, Path] = {}
    for folder in folders():
        for path in sorted(folder.glob("[!_]*.py")):
            found.setdefault(path.stem, path)
    return found


def locate(name: str) -> Path:
    """The file of a scenario given by name or path. Raises UnknownName with the close match."""
    if name.endswith(".py"):
        if not Path(name).is_file():
            raise BadInput(f"no scenario file at {name}")
        return Path(name)
    if name not in names():
        raise UnknownName("scenario", name, names())
    return names()[name]


def about(path: Path) -> str:
    """A scenario's docstring, read without running it."""
    try:
        return ast.get_docstring(ast.parse(path.read_text())) or ""
    except (SyntaxError, ValueError, OSError) as error:
        raise BadInput(f"{path}: {error}") from None


def load(path: Path) -> Plan | Variants:
    """The plan of a scenario file. Any error in it is told in one line, with file and line."""
    try:
        plan = runpy.run_path(str(path)).get("plan")
    except HarnessError as error:
        raise BadInput(f"{path}, line {_line(error, path)}: {error}") from None
    except SyntaxError as error:
        raise BadInput(f"{error.filename}, line {error.lineno}: {error.msg}") from None
    except Exception as error:
        said = " ".join(str(error).split())
        where = f"{path}, line {_line(error, path)}"
        raise BadInput(f"{where}: {type(error).__name__}: {said}") from None
    if not isinstance(plan, Plan | Variants):
        raise BadInput(f"{path} sets no plan", wanted="plan = Plan(...)")
    return plan


def one_of(planned: Plan | Variants, variant: str | None) -> Plan:
    """The plan of a variant, or the only one that there is. Raises BadInput for a wrong name."""
    if isinstance(planned, Variants):
        return planned.named(variant)
    if variant is not None:
        raise BadInput("a variant", variant, "none: this scenario is a single run")
    return planned


def users(planned: Plan | Variants) -> Any:
    """The Locust user classes that run a plan, lines and evaluators: what makes a scenario a
    locustfile. Nothing where it is not Locust that reads the file, so that reading a plan does not
    import Locust."""
    if not _under_locust():
        return None, None
    return importlib.import_module("harness.live.locustfile").users(planned)


def _under_locust() -> bool:
    return "locust" in sys.modules


def _line(error: BaseException, path: Path) -> int:
    """The last line of the scenario file that the error came through."""
    line, trace = 0, error.__traceback__
    while trace:
        if trace.tb_frame.f_code.co_filename == str(path):
            line = trace.tb_lineno
        trace = trace.tb_next
    return line
