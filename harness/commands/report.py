"""`ekm report`: a run's report again, from its journal alone; or that of several variants."""

import argparse
import subprocess
import sys
from pathlib import Path

from harness.errors import BadInput

__all__ = ["Report"]


class Report:
    """Makes summary, charts and page of a run's folder anew."""

    summary = "make a run's report again from its journal"
    examples = """examples:
  ekm report reports/throttle_storm-20261123T180000Z
  ekm report reports/throttle_storm-20261123T180000Z --markdown >> $GITHUB_STEP_SUMMARY"""

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("run", metavar="RUN", type=Path, help="a run's folder")
        parser.add_argument(
            "--markdown", action="store_true", help="print its summary.md, not where the report is"
        )

    def execute(self, arguments: argparse.Namespace) -> int:
        folder: Path = arguments.run
        if not folder.is_dir():
            raise BadInput("no run", str(folder), "a folder that holds journal.bin")
        several = ".side_by_side" if (folder / "suite.json").is_file() else ""
        command = [sys.executable, "-m", f"harness.report{several}", str(folder)]
        made = subprocess.run(command, stderr=subprocess.PIPE, text=True, check=False)
        if made.returncode:
            said = made.stderr.strip().splitlines()
            raise BadInput(said[-1].removeprefix("ekm: ") if said else "the report was not made")
        if arguments.markdown:
            sys.stdout.write((folder / "summary.md").read_text())
        else:
            print(folder / "report.html")  # noqa: T201  # the answer of the command
        return 0
