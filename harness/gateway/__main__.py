"""`python -m harness.gateway`: the embedded KMS by hand, for any SDK, until it is told to stop."""

import argparse
import sys

from harness.errors import HarnessError
from harness.gateway.arguments import add_options, from_namespace
from harness.gateway.serve import serve

_EXAMPLES = """examples:
  python -m harness.gateway --quota 60
  python -m harness.gateway --port 0 --latency 0 --region eu-central-1
  aws --endpoint-url http://127.0.0.1:4599 kms create-key
"""


def main() -> None:
    """Parse the command line and serve; a mistake in it is one line and exit code 2."""
    parser = argparse.ArgumentParser(
        prog="python -m harness.gateway",
        description="An embedded KMS: its own keys, AWS's quotas, errors and states.",
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add_options(parser)
    try:
        serve(from_namespace(parser.parse_args()))
    except HarnessError as error:
        sys.stderr.write(f"error: {error}\n")
        sys.exit(error.exit_code)


if __name__ == "__main__":
    main()
