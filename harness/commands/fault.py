"""`ekm fault`: wire faults of a gateway that is up, listed, injected and cleared by hand."""

import argparse
import json
from typing import Any

from rich.console import Console
from rich.table import Table

from harness.admin import Admin
from harness.backend import SERVED
from harness.errors import BadInput
from harness.faults import Fault, Target
from harness.registry import make

__all__ = ["FaultCommand"]

# What of a rule is told in columns of its own.
_PLACES = ("operation", "principal", "key", "region")
_KNOWN = ("name", "service", "probability", "after_s", "lasts_s", "ramp_s", *_PLACES)


class FaultCommand:
    """Acts on the gateway at --endpoint."""

    summary = "list, inject or clear the faults of a KMS that is served by hand"
    examples = """examples:
  ekm fault list
  ekm fault inject throttle quota=40/s
  ekm fault inject throttle share=30% --name storm
  ekm fault inject latency p50=200ms p99=1s operation=Decrypt share=30% lasts=30s ramp=10s
  ekm fault inject outage mode=black_hole lasts=1m
  ekm fault clear storm"""

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        verbs = parser.add_subparsers(metavar="VERB", required=True)
        listing = verbs.add_parser("list", help="the rules in force")
        listing.add_argument("--json", action="store_true", help="as the gateway has them")
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
            verb.add_argument("--endpoint", default=SERVED, help=f"default: {SERVED}")

    def execute(self, arguments: argparse.Namespace) -> int:
        raise AssertionError("each verb brings its own")


def _list(arguments: argparse.Namespace) -> int:
    rules = Admin(arguments.endpoint).rules()
    if arguments.json:
        print(json.dumps(rules, indent=2))  # noqa: T201
        return 0
    console = Console(highlight=False, markup=False)
    if rules:
        console.print(_table(rules))
    else:
        console.print("no fault is in force")
    return 0


def _table(rules: list[dict[str, Any]]) -> Table:
    table = Table.grid(padding=(0, 3))
    table.add_row("NAME", "DOES", "TO", "WHEN")
    for rule in rules:
        table.add_row(rule["name"], _does(rule), _to(rule), _when(rule))
    return table


def _does(rule: dict[str, Any]) -> str:
    (what,) = (member for member in rule if member not in _KNOWN)
    settings = rule[what]
    if isinstance(settings, dict):
        settings = " ".join(f"{name}={value}" for name, value in settings.items())
    return f"{what} {settings}".strip()


def _to(rule: dict[str, Any]) -> str:
    named = rule.get("operation", "the data plane")
    calls = named if isinstance(named, str) else ", ".join(named)
    others = [f"{place} {rule[place]}" for place in _PLACES[1:] if place in rule]
    share = f"{rule.get('probability', 1.0):.0%}"
    return ", ".join(["all operations" if calls == "*" else calls, *others, share])


def _when(rule: dict[str, Any]) -> str:
    after_s, lasts_s, ramp_s = (rule.get(name) for name in ("after_s", "lasts_s", "ramp_s"))
    parts = [f"after {after_s:g} s"] if after_s else []
    parts += ["until it is cleared" if lasts_s is None else f"for {lasts_s:g} s"]
    parts += [f"recovers over {ramp_s:g} s"] if ramp_s else []
    return ", ".join(parts)


def _inject(arguments: argparse.Namespace) -> int:
    pairs = [text.partition("=") for text in arguments.settings]
    if any(not mark for _, mark, _ in pairs):
        raise BadInput("a fault's setting", " ".join(arguments.settings), "NAME=VALUE")
    settings = {name: value for name, _, value in pairs}
    fault: Fault = make("faults", arguments.fault, settings)
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
