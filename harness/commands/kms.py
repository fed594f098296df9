"""`ekm kms serve`: the embedded KMS by hand, or one in front of another, for any SDK."""

import argparse

from harness.gateway.arguments import add_options, from_namespace
from harness.gateway.serve import serve

__all__ = ["KmsCommand"]


class KmsCommand:
    """A KMS on loopback with quotas, key states and faults."""

    summary = "serve the embedded KMS, or quotas and faults in front of another"
    examples = """examples:
  ekm kms serve                          on http://127.0.0.1:4599, us-east-1's quotas
  ekm kms serve --port 0 --quota 500     on a free port, 500 cryptographic calls a second
  ekm kms serve --upstream http://127.0.0.1:4566 --quota 200   the same in front of LocalStack
  aws --endpoint-url http://127.0.0.1:4599 kms create-key"""

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        verbs = parser.add_subparsers(metavar="VERB", required=True)
        raw = argparse.RawDescriptionHelpFormatter
        text = "serve until SIGTERM or Ctrl-C"
        serving = verbs.add_parser(
            "serve", help=text, description=text, epilog=self.examples, formatter_class=raw
        )
        add_options(serving)

    def execute(self, arguments: argparse.Namespace) -> int:
        serve(from_namespace(arguments))
        return 0
