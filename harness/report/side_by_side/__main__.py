"""`python -m harness.report.side_by_side SUITE_FOLDER`: the report of all variants in a folder."""

import sys

from harness.report.command import main
from harness.report.side_by_side import write

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], write, "one folder that holds suite.json"))
