"""`python -m conformance`: ask each target for every behaviour; print, and write, who has it."""

import argparse
import contextlib
import sys
import time
from collections.abc import Sequence
from contextlib import AbstractContextManager
from functools import partial
from typing import Final

from conformance.aws import aws
from conformance.behaviour import Behaviour, areas, behaviours
from conformance.page import PAGE, Measured, counts, keep, rendered
from conformance.run import YES, ask_all
from conformance.servers import SERVERS
from conformance.target import Endpoint, Target
from conformance.venvs import Trouble

_FLAG: Final = "--i-know-this-costs-money"
_EXAMPLES: Final = f"""examples:
  python -m conformance                                      the gateway, everything
  python -m conformance --area grants --area identities      two areas
  python -m conformance --against gateway,localstack,moto,ministack --write
  python -m conformance --against aws {_FLAG} \\
      --aws-profile customer --aws-platform-profile platform
      about 250 keys for a week, tagged ekm-harness=disposable and scheduled for deletion;
      a key is $1 a month while it is enabled, and free once it is to go

exit codes: 0 the gateway has every behaviour that was asked; 1 it has not; 2 bad input
"""


def main(words: Sequence[str] | None = None) -> int:
    """Do what the command line says; the exit code."""
    arguments = _parser().parse_args(words)
    try:
        chosen, targets = _chosen(arguments.area), _targets(arguments)
    except Trouble as trouble:
        return _complain(trouble)
    asked = () if arguments.page else targets
    codes = [_one(name, server, chosen, arguments) for name, server in asked]
    if arguments.write or arguments.page:
        PAGE.write_text(rendered())
    return max(codes, default=0)


def _one(
    name: str,
    server: AbstractContextManager[Endpoint],
    chosen: list[Behaviour],
    arguments: argparse.Namespace,
) -> int:
    """Ask one target; whatever is wrong with it, the others are asked too."""
    try:
        whole = _measured(name, server, chosen, arguments)
    except Trouble as trouble:
        return _complain(trouble)
    return 0 if whole or name != "gateway" else 1


def _complain(trouble: Trouble) -> int:
    sys.stderr.write(f"conformance: {trouble}\n")
    return 2


def _measured(
    name: str,
    server: AbstractContextManager[Endpoint],
    chosen: list[Behaviour],
    arguments: argparse.Namespace,
) -> bool:
    """Whether a target has all that was asked; its outcomes are printed, and kept for `--write`."""
    with server as endpoint:
        began_s = time.monotonic()
        outcomes = ask_all(chosen, Target(endpoint), partial(_tell, endpoint, arguments.verbose))
        took_s = time.monotonic() - began_s
        date = time.strftime("%Y-%m-%d", time.gmtime())
        measured = Measured(endpoint.name, endpoint.version, date, outcomes)
    yes, no, rest = counts(measured, chosen)
    print(
        f"{endpoint.name} {endpoint.version}: {yes} yes, {no} no, {rest} not asked,"
        f" of {len(chosen)}, in {took_s:.0f} s"
    )
    if arguments.write:
        keep(name, measured)
    return no == 0


def _tell(endpoint: Endpoint, verbose: bool, behaviour: Behaviour, outcome: str) -> None:
    if verbose or outcome != YES:
        print(f"{endpoint.name}: {behaviour.area}: {behaviour.title}\n    {outcome}", flush=True)


def _chosen(wanted: list[str]) -> list[Behaviour]:
    for area in wanted:
        if area not in areas():
            raise Trouble(f"no area {area!r}; there are {', '.join(areas())}")
    return [one for one in behaviours() if not wanted or one.area in wanted]


def _targets(
    arguments: argparse.Namespace,
) -> list[tuple[str, AbstractContextManager[Endpoint]]]:
    found: list[tuple[str, AbstractContextManager[Endpoint]]] = []
    for name in dict.fromkeys(arguments.against.split(",")):
        if name == "aws" and not arguments.costs_money:
            raise Trouble(f"against aws wants {_FLAG}: it makes about 250 keys")
        if name == "aws":
            profiles = (arguments.aws_profile, arguments.aws_platform_profile)
            found.append((name, aws(*profiles)))
        elif name in SERVERS:
            found.append((name, SERVERS[name]()))
        else:
            raise Trouble(f"no target {name!r}; there are {', '.join(SERVERS)}, aws")
    return found


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        "python -m conformance",
        description="What KMS does, asked of any KMS.",
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add = parser.add_argument
    known = ", ".join([*SERVERS, "aws"])
    add("--against", default="gateway", metavar="NAME[,NAME…]", help=f"{known} (%(default)s)")
    add("--area", action="append", default=[], help=f"one of {', '.join(areas())} (all)")
    add("--write", action="store_true", help="keep the outcomes, and write docs/conformance.md")
    add("--page", action="store_true", help="ask nobody; write that page from what was measured")
    add("--verbose", action="store_true", help="tell what is as it should be too")
    add("--aws-profile", metavar="PROFILE", help="the key's administrator, for --against aws")
    add("--aws-platform-profile", metavar="PROFILE", help="a caller of another account")
    add(_FLAG, dest="costs_money", action="store_true", help="needed for --against aws")
    return parser


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        sys.exit(main())
    sys.exit(130)
