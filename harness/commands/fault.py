"""`ekm fault`: wire faults of a gateway that is up, listed, injected and cleared by hand."""

import argparse
import json
from typing import Any

from harness.admin import Admin
from harness.errors import BadInput
from harness.faults import Fault, Target
from harness.registry import find

__all__ = ["FaultCommand"]

_USUAL = "http://127.0.0.1:4599"


class FaultCommand:
    """Acts on the gateway at --endpoint."""

    summary = "list, inject or clear the faults of a KMS that is served by hand"
    examples = """examples:
  ekm fault list
  ekm fault inject throttle quota=40/s
  ekm fault inject throttle share=30% --name storm
  ekm fault clear storm"""

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        verbs = parser.add_subparsers(metavar="VERB", required=True)
        listing = verbs.add_parser("list", help="the rules in force, as JSON")
        listing.set_defaults(execute=_list)
        inject = verbs.add_parser("inject", help="put a fault in force until it is cleared")
        inject.add_argument("fault", help="a fault's name; `ekm list faults`")
        inject.add_argument("settings", nargs="*", metavar="NAME=VALUE")
        inject.add_argument("--name", help="to clear it by (default: the fault's)")
        inject.set_defaults(execute=_inject)
        clear = verbs.add_parser("clear", help="end a rule, or all of them")
        clear.add_argument("name", nargs="?")
        clear.set_defaults(execute=_clear)
        for verb in (listing, inject, clear):
            verb.add_argument("--endpoint", default=_USUAL, help=f"default: {_USUAL}")

    def execute(self, arguments: argparse.Namespace) -> int:
        raise AssertionError("each verb brings its own")


def _list(arguments: argparse.Namespace) -> int:
    print(json.dumps(Admin(arguments.endpoint).rules(), indent=2))  # noqa: T201
    return 0


def _inject(arguments: argparse.Namespace) -> int:
    make = find("faults", arguments.fault)
    pairs = [text.partition("=") for text in arguments.settings]
    if any(not mark for _, mark, _ in pairs):
        raise BadInput("a fault's setting", " ".join(arguments.settings), "NAME=VALUE")
    try:
        fault: Fault = make(**{name: value for name, _, value in pairs})
    except TypeError as error:
        raise BadInput(f"fault {arguments.fault}: {str(error).partition(') ')[2]}") from None
    if not fault.wire:
        raise BadInput(
            f"{arguments.fault} is no wire fault",
            wanted="a key's state is set with your KMS tools, such as aws kms disable-key",
        )
    admin = Admin(arguments.endpoint)
    control: Any = None
    fault.strike(Target("", control, admin, arguments.name or arguments.fault))
    return 0


def _clear(arguments: argparse.Namespace) -> int:
    Admin(arguments.endpoint).clear(arguments.name)
    return 0
