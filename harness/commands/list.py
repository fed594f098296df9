"""`ekm list`: what there is, each with its sentence."""

import argparse

from rich.console import Console
from rich.table import Table

from harness.errors import UnknownName
from harness.registry import names, sentence
from harness.scenario import about
from harness.scenario import names as scenarios

__all__ = ["List"]

_FOLDERS = {
    "faults": "faults",
    "buffers": "buffer",
    "policies": "retry",
    "materials": "materials",
    "stores": "store",
    "clients": "kms",
    "charts": "charts",
}


class List:
    """Scenarios, or what they are made of."""

    summary = "list scenarios, faults, policies and the like"
    examples = "examples:\n  ekm list\n  ekm list faults"

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        what = ", ".join(["scenarios", *_FOLDERS])
        parser.add_argument("what", nargs="?", default="scenarios", metavar="WHAT", help=what)

    def execute(self, arguments: argparse.Namespace) -> int:
        what = arguments.what
        if what == "scenarios":
            rows = [(name, about(path).split("\n")[0]) for name, path in scenarios().items()]
        elif what in _FOLDERS:
            folder = _FOLDERS[what]
            rows = [(name, sentence(folder, name)) for name in names(folder)]
        else:
            raise UnknownName("list", what, ["scenarios", *_FOLDERS])
        table = Table.grid(padding=(0, 3))
        for row in rows:
            table.add_row(*row)
        Console(highlight=False, markup=False).print(table)
        return 0
