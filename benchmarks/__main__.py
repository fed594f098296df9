"""`python -m benchmarks [NAME …] [--quick]`: measure, print one table, write docs/benchmarks.md.

Exits 1 where a floor is missed. One benchmark at a time, one process measured at a time.
"""

import argparse
import importlib
import pkgutil
import sys
import time
from pathlib import Path

from rich.console import Console

import benchmarks
from benchmarks import _page
from benchmarks._row import Row
from harness.errors import HarnessError, UnknownName

PAGE = Path(__file__).parent.parent / "docs" / "benchmarks.md"


def names() -> list[str]:
    """The benchmarks: the modules here that have no underscore."""
    found = (module.name for module in pkgutil.iter_modules(benchmarks.__path__))
    return sorted(name for name in found if name[0] != "_" and name != "locustfiles")


def main(given: list[str]) -> int:
    """Measure what was asked for; the exit code."""
    console = Console(highlight=False, width=None if sys.stdout.isatty() else 160)
    arguments = _parser().parse_args(given)
    try:
        chosen = _checked(arguments.name)
    except HarnessError as error:
        print(f"benchmarks: {error}", file=sys.stderr)
        return error.exit_code
    found = {}
    began_s = time.monotonic()
    for name in chosen:
        print(f"{time.monotonic() - began_s:5.0f} s  {name}", file=sys.stderr)
        found[name] = _measure(name, arguments.quick)
    console.print(_page.table(found))
    if not arguments.name and not arguments.quick:
        PAGE.write_text(_page.markdown(found, time.monotonic() - began_s))
    missed = [row for rows in found.values() for row in rows if row.held is False]
    return 1 if missed else 0


def _measure(name: str, quick: bool) -> list[Row]:
    rows: list[Row] = importlib.import_module(f"benchmarks.{name}").measure(quick)
    return rows


def _checked(chosen: list[str]) -> list[str]:
    for name in chosen:
        if name not in names():
            raise UnknownName("benchmark", name, names())
    return chosen or names()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("python -m benchmarks", description=benchmarks.__doc__)
    known = ", ".join(names())
    parser.add_argument("name", nargs="*", metavar="NAME", help=f"{known} (default: all)")
    text = "fewer and shorter samples, and no page: to see that it works"
    parser.add_argument("--quick", action="store_true", help=text)
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
