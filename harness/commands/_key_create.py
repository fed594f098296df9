"""`ekm key create`: a key that is fit from the first moment, made or told as text."""

import argparse
from typing import Any, Final

from harness import customer_key
from harness.commands import _key_options as options
from harness.commands._key_words import Words
from harness.customer_key.texts import FORMATS, of_key
from harness.customer_key.wanted import Wanted
from harness.errors import BadInput

_ACCOUNTS: Final = {"embedded": "123456789012", "localstack": "000000000000"}


def add_create(verbs: Any) -> None:
    examples = """  ekm key create --alias alias/drill --disposable
  ekm key create --organization acme --format cli
  ekm key create --kms aws --platform 111122223333 --organization acme --alias alias/recordings"""
    verb = options.verb(
        verbs, "create", "make a symmetric key that rotates and lets the platform in", examples
    )
    options.add_terms(verb.add_argument, "let it in for this organisation only")
    verb.add_argument("--alias", default="", metavar="alias/NAME", help="what to call it")
    tag = "tag it ekm-harness=disposable: faults may strike it"
    verb.add_argument("--disposable", action="store_true", help=tag)
    verb.add_argument("--multi-region", action="store_true", help="can be replicated elsewhere")
    pin = "let the platform in through this Region only"
    verb.add_argument("--pin-region", action="store_true", help=pin)
    grant = "let the platform in by a grant, which can be revoked any time, for comparison"
    verb.add_argument("--via-grant", action="store_true", help=grant)
    verb.add_argument("--format", choices=FORMATS, help="print it as text; nothing is made")
    account = "the owner's account, for --format json on aws (elsewhere, it is found out)"
    verb.add_argument("--account", default="", metavar="DIGITS", help=account)
    verb.set_defaults(execute=_create)


def _create(arguments: argparse.Namespace) -> int:
    where = options.backend(arguments)
    wanted = Wanted(
        options.terms(arguments, where.region if arguments.pin_region else ""),
        alias=arguments.alias,
        disposable=arguments.disposable,
        multi_region=arguments.multi_region,
        via_grant=arguments.via_grant,
    )
    words = Words()
    if arguments.format:
        words.line(of_key(arguments.format, wanted, _account(arguments)))
        return 0
    place = options.place(arguments)
    words.line(customer_key.create(place.control, place.backend, wanted))
    if wanted.via_grant:
        words.marked("warning", "once the grant is revoked or retired, recordings fail at once")
    return 0


def _account(arguments: argparse.Namespace) -> str:
    """The owner's account, for text; empty where Terraform or the CLI find it out."""
    known = arguments.account or _ACCOUNTS.get(arguments.kms, "")
    if arguments.format == "json" and not known:
        raise BadInput("no account was named", wanted="--account, for --format json on aws")
    if known and not (known.isdecimal() and len(known) == 12):
        raise BadInput("the account", known, "twelve digits")
    return arguments.account if arguments.format != "json" else known
