"""`ekm list`: what there is, each with its sentence."""

import argparse
import json

from harness.catalogue import kinds, listed

__all__ = ["List"]


class List:
    """Scenarios, or what they are made of."""

    summary = "list scenarios, faults, policies and the like"
    examples = "examples:\n  ekm list\n  ekm list faults\n  ekm list policies --json"

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        what = f"{', '.join(kinds())} (default: scenarios)"
        parser.add_argument("kind", nargs="?", default="scenarios", metavar="WHAT", help=what)
        parser.add_argument("--json", action="store_true", help="names and sentences, for programs")

    def execute(self, arguments: argparse.Namespace) -> int:
        found = listed(arguments.kind)
        if arguments.json:
            rows = [{"name": name, "about": about} for name, about in found.items()]
            print(json.dumps(rows, indent=2, ensure_ascii=False))  # noqa: T201
            return 0
        width = max(map(len, found), default=0)
        for name, about in found.items():
            print(f"{name:<{width}}   {about}")  # noqa: T201
        return 0
