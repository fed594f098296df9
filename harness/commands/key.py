"""`ekm key`: the customer's key made, its policy checked and written, the key tried and linked."""

import argparse

from harness.commands._key_create import add_create
from harness.commands._key_link import add_link, add_validate
from harness.commands._key_policy import add_policy

__all__ = ["KeyCommand"]


class KeyCommand:
    """Each verb is a parser with what it does."""

    summary = "make a customer's key, check its policy, try it and link it"
    examples = """examples:
  ekm key create --alias alias/recordings --organization acme
  ekm key create --format terraform                   as text; nothing is made
  ekm key policy alias/recordings                     show and check its policy
  ekm key policy alias/recordings --organization acme --write
  ekm key validate alias/recordings                   the handshake, saving nothing
  ekm key link alias/recordings --kms localstack      the same, and runs use it from now on
  ekm key link --show
  ekm key validate ARN --kms aws --platform ARN --platform-profile platform

exit codes: 0 fit, 1 `policy` found an error, 2 bad input, or a key that failed the handshake"""

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        verbs = parser.add_subparsers(metavar="VERB", required=True)
        for add in (add_create, add_policy, add_validate, add_link):
            add(verbs)

    def execute(self, arguments: argparse.Namespace) -> int:
        raise AssertionError("each verb brings its own")
