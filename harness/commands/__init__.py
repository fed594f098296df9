"""What `ekm` can do: one file a command, named as it is typed."""

import argparse
from typing import Protocol


class Command(Protocol):
    """A command: its words for `--help`, its arguments, and what it does."""

    summary: str
    examples: str

    def add_arguments(self, parser: argparse.ArgumentParser) -> None: ...

    def execute(self, arguments: argparse.Namespace) -> int:
        """The exit code. A user's mistake is raised as BadInput."""
        ...
