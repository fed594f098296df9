"""What a gateway can be told on the command line, and the same as one frozen value."""

import argparse
from dataclasses import dataclass, field

from harness.errors import BadInput
from harness.gateway.latency import Latency, parse


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """Everything `serve` depends on. `quota` is in calls a second, None for the Region's own."""

    host: str = "127.0.0.1"
    port: int = 4599
    region: str = "us-east-1"
    account: str = "123456789012"
    quota: int | None = None
    latency: Latency = field(default_factory=Latency)
    seed: int = 0
    rejects_consume: bool = False
    burst_s: float = 0.0
    exit_with_stdin: bool = False

    def __post_init__(self) -> None:
        if not 0 <= self.port <= 65_535:
            raise BadInput("--port", self.port, "0 to 65535, 0 for any that is free")
        if self.quota is not None and self.quota < 0:
            raise BadInput("--quota", self.quota, "calls a second, 0 or more")
        if not 0 <= self.burst_s <= 3600:
            raise BadInput("--burst-s", self.burst_s, "seconds, 0 to 3600")
        if not (len(self.account) == 12 and self.account.isdecimal()):
            raise BadInput("--account", self.account, "12 digits")
        if not self.region.replace("-", "").isalnum():
            raise BadInput("--region", self.region, "a Region's name like us-east-1")


def add_options(parser: argparse.ArgumentParser) -> None:
    """Declare the gateway's options."""
    usual = Options()
    add = parser.add_argument
    add("--host", default=usual.host, help="address to listen on (%(default)s)")
    add("--port", type=int, default=usual.port, help="0 for any free port (%(default)s)")
    add("--region", default=usual.region, help="whose quotas to apply (%(default)s)")
    add("--account", default=usual.account, help="account id in ARNs (%(default)s)")
    add("--quota", type=int, metavar="N", help="data-plane calls a second (the Region's)")
    add(
        "--latency",
        default="8ms,60ms",
        metavar="P50,P99",
        help="how long answers take: median and 99th percentile, or 0 (%(default)s)",
    )
    add("--seed", type=int, default=usual.seed, help="of latencies and faults (%(default)s)")
    add("--rejects-consume", action="store_true", help="throttled calls use up quota too")
    add(
        "--burst-s",
        type=float,
        default=usual.burst_s,
        metavar="SECONDS",
        help="how much unused quota is carried over (%(default)s)",
    )
    add("--exit-with-stdin", action="store_true", help="stop when standard input ends")


def from_namespace(namespace: argparse.Namespace) -> Options:
    """The options parsed. Raises BadInput, in one line, for a value that cannot be."""
    return Options(
        host=namespace.host,
        port=namespace.port,
        region=namespace.region,
        account=namespace.account,
        quota=namespace.quota,
        latency=parse(namespace.latency),
        seed=namespace.seed,
        rejects_consume=namespace.rejects_consume,
        burst_s=namespace.burst_s,
        exit_with_stdin=namespace.exit_with_stdin,
    )
