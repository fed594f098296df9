"""`python -m harness.report RUN_FOLDER`: makes a run's report again, from its journal alone."""

import sys
from pathlib import Path

from harness.errors import BadInput, HarnessError
from harness.report import write


def main(arguments: list[str]) -> int:
    """Writes the report; 0 when it is written, else one line of error and the error's exit code."""
    try:
        if len(arguments) != 1:
            raise BadInput("arguments", " ".join(arguments), "one folder of a run")
        write(Path(arguments[0]))
    except HarnessError as error:
        sys.stderr.write(f"{error}\n")
        return error.exit_code
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
