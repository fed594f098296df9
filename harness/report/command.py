"""What the right half is on a command line: a folder in, a report in it, one line if it fails."""

import sys
from collections.abc import Callable
from pathlib import Path

from harness.errors import BadInput, HarnessError


def main(arguments: list[str], write: Callable[[Path], object], wanted: str) -> int:
    """Writes the report; 0 when it is written, else one line of error and the error's exit code."""
    try:
        if len(arguments) != 1:
            raise BadInput("arguments", " ".join(arguments), wanted)
        write(Path(arguments[0]))
    except HarnessError as error:
        sys.stderr.write(f"{error}\n")
        return error.exit_code
    return 0
