"""`python -m harness.report RUN_FOLDER`: makes a run's report again, from its journal alone."""

import sys

from harness.report import write
from harness.report.command import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], write, "one folder of a run"))
