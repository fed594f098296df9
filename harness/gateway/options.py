"""What a gateway can be told on the command line, and the same as one frozen value."""

import argparse
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from harness.errors import BadInput
from harness.gateway.iam.config import identities
from harness.gateway.iam.identity import Identity
from harness.gateway.latency import Latency, parse
from harness.gateway.quotas import quotas
from harness.gateway.ring import propagation
from harness.gateway.ring.propagation import Delay


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """Everything `serve` depends on. `quota` is in calls a second, None for the Region's own."""

    host: str = "127.0.0.1"
    port: int = 4599
    region: str = "us-east-1"
    regions: tuple[str, ...] = ()
    account: str = "123456789012"
    identities: tuple[Identity, ...] = ()
    verify_signatures: bool = False
    quota: int | None = None
    quotas: Mapping[str, int] = field(default_factory=dict)
    propagation: Delay = field(default_factory=Delay)
    latency: Latency = field(default_factory=Latency)
    seed: int = 0
    rejects_consume: bool = False
    burst_s: float = 0.0
    exit_with_stdin: bool = False
    state: str = ""
    state_key_file: str = ""

    def __post_init__(self) -> None:
        if not 0 <= self.port <= 65_535:
            raise BadInput("--port", self.port, "0 to 65535, 0 for any that is free")
        if self.quota is not None and self.quota < 0:
            raise BadInput("--quota", self.quota, "calls a second, 0 or more")
        if not 0 <= self.burst_s <= 3600:
            raise BadInput("--burst-s", self.burst_s, "seconds, 0 to 3600")
        if not (len(self.account) == 12 and self.account.isdecimal()):
            raise BadInput("--account", self.account, "12 digits")
        for region in (self.region, *self.regions):
            if not region.replace("-", "").isalnum():
                raise BadInput("--region", region, "a Region's name like us-east-1")


USUAL: Final = Options()


def add_options(parser: argparse.ArgumentParser) -> None:
    """Declare the gateway's options, in groups."""
    _add_place(parser.add_argument_group("where it is, and whose").add_argument)
    _add_state(parser.add_argument_group("what outlives it").add_argument)
    _add_callers(parser.add_argument_group("who asks").add_argument)
    _add_limits(parser.add_argument_group("how much one may ask").add_argument)
    _add_delays(parser.add_argument_group("how long things take").add_argument)


def _add_place(add: Callable[..., Any]) -> None:
    add("--host", default=USUAL.host, help="address to listen on (%(default)s)")
    add("--port", type=int, default=USUAL.port, help="0 for any free port (%(default)s)")
    add("--region", default=USUAL.region, help="whose quotas to apply (%(default)s)")
    add(
        "--regions",
        default="",
        metavar="NAME,...",
        help="further Regions to serve, told apart by what a request is signed for",
    )
    add("--account", default=USUAL.account, help="the customer's account (%(default)s)")
    add("--exit-with-stdin", action="store_true", help="stop when standard input ends")


def _add_state(add: Callable[..., Any]) -> None:
    add(
        "--state",
        default="",
        metavar="FILE",
        help="keep keys and aliases in this file, sealed (in memory only)",
    )
    add(
        "--state-key-file",
        default="",
        metavar="FILE",
        help="what seals it, made where there is none (a passphrase in $EKM_STATE_PASSPHRASE)",
    )


def _add_callers(add: Callable[..., Any]) -> None:
    add(
        "--identities",
        metavar="FILE",
        help="who has which access key, in TOML (an administrator and a platform)",
    )
    add(
        "--verify-signatures",
        action="store_true",
        help="refuse what is not signed with the secret of a known access key",
    )


def _add_limits(add: Callable[..., Any]) -> None:
    add("--quota", type=int, metavar="N", help="data-plane calls a second (the Region's)")
    add(
        "--quota-of",
        action="append",
        default=[],
        metavar="NAME=N",
        help="another quota, by its operation, or rsa, ecc, key_store; repeatable",
    )
    add("--rejects-consume", action="store_true", help="throttled calls use up quota too")
    add(
        "--burst-s",
        type=float,
        default=USUAL.burst_s,
        metavar="SECONDS",
        help="how much unused quota is carried over (%(default)s)",
    )


def _add_delays(add: Callable[..., Any]) -> None:
    add(
        "--latency",
        default="8ms,60ms",
        metavar="P50,P99",
        help="how long answers take: median and 99th percentile, or 0 (%(default)s)",
    )
    add(
        "--propagation",
        default="0",
        metavar="LEAST,MOST",
        help="how long changes of state, policy and grants take to be felt (%(default)s)",
    )
    add("--seed", type=int, default=USUAL.seed, help="of delays and faults (%(default)s)")


def from_namespace(namespace: argparse.Namespace) -> Options:
    """The options parsed. Raises BadInput, in one line, for a value that cannot be."""
    return Options(
        host=namespace.host,
        port=namespace.port,
        region=namespace.region,
        regions=tuple(name for name in namespace.regions.split(",") if name),
        account=namespace.account,
        identities=tuple(identities(Path(named))) if (named := namespace.identities) else (),
        verify_signatures=namespace.verify_signatures,
        quota=namespace.quota,
        quotas=quotas.parse(namespace.quota_of),
        propagation=propagation.parse(namespace.propagation),
        latency=parse(namespace.latency),
        seed=namespace.seed,
        rejects_consume=namespace.rejects_consume,
        burst_s=namespace.burst_s,
        state=namespace.state,
        state_key_file=namespace.state_key_file,
        exit_with_stdin=namespace.exit_with_stdin,
    )
