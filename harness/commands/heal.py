"""`ekm heal`: mend whatever killed runs left broken."""

import argparse

from harness import undo

__all__ = ["Heal"]


class Heal:
    """Replays undo records of runs that live no more, or of all with --all."""

    summary = "mend what a killed run left broken, such as a disabled key"
    examples = "examples:\n  ekm heal\n  ekm heal --all      also what a run that is on has broken"

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--all", action="store_true", help="even if the run is still on")

    def execute(self, arguments: argparse.Namespace) -> int:
        mended, failed = undo.heal(abandoned_only=not arguments.all)
        for record in mended:
            print(f"mended   {record.fault} on {record.key}")  # noqa: T201
        for record, reason in failed:
            print(f"broken   {record.fault} on {record.key}: {reason}")  # noqa: T201
        if not mended and not failed:
            print("nothing is broken")  # noqa: T201
        return 1 if failed else 0
