"""What a gateway can be told on the command line, in groups, and how that becomes its options."""

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from harness.errors import BadInput
from harness.gateway.iam.config import identities
from harness.gateway.latency import parse
from harness.gateway.options import Options
from harness.gateway.quotas import quotas
from harness.gateway.ring import propagation
from harness.gateway.upstream.place import Place

USUAL: Final = Options()


def add_options(parser: argparse.ArgumentParser) -> None:
    """Declare the gateway's options, in groups."""
    _add_place(parser.add_argument_group("where it is, and whose").add_argument)
    _add_state(parser.add_argument_group("what outlives it").add_argument)
    _add_callers(parser.add_argument_group("who asks").add_argument)
    _add_limits(parser.add_argument_group("how much one may ask").add_argument)
    _add_delays(parser.add_argument_group("how long things take").add_argument)
    _add_upstream(parser.add_argument_group("in front of another KMS").add_argument)


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
        help="another quota, by its operation, a key pair's spec, or rsa, ecc, ml_dsa, key_store,"
        " hot_key; repeatable",
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
        metavar="P50,P99",
        help="how long answers take: median and 99th percentile (8ms,60ms; 0 with --upstream)",
    )
    add(
        "--xks-latency",
        default="30ms,100ms",
        metavar="P50,P99",
        help="how long proxies of external key stores take, of 250 ms they have (%(default)s)",
    )
    add(
        "--propagation",
        default="0",
        metavar="LEAST,MOST",
        help="how long changes of state, policy and grants take to be felt (%(default)s)",
    )
    add("--seed", type=int, default=USUAL.seed, help="of delays and faults (%(default)s)")


def _add_upstream(add: Callable[..., Any]) -> None:
    add("--upstream", metavar="URL", help="pass on to this KMS what is not refused here")
    add(
        "--enforce",
        action="store_true",
        help="refuse here what the keys' policies and grants there do not allow",
    )
    add("--allow-aws", action="store_true", help="where that is AWS, or may be; with the next two")
    add("--request-budget", type=int, metavar="N", help="pass on so many requests, no more")
    add(
        "--allow-key",
        action="append",
        default=[],
        metavar="ARN",
        help="pass on only what names this key; repeatable",
    )


def _upstream(namespace: argparse.Namespace) -> Place | None:
    url, budget, keys = namespace.upstream, namespace.request_budget, tuple(namespace.allow_key)
    if url is not None:
        return Place(
            url=url,
            allow_aws=namespace.allow_aws,
            budget=budget,
            keys=keys,
            enforce=namespace.enforce,
        )
    if namespace.allow_aws or budget is not None or keys or namespace.enforce:
        names = "--enforce, --allow-aws, --request-budget and --allow-key"
        raise BadInput(names, wanted="--upstream")
    return None


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
        latency=parse(namespace.latency or ("8ms,60ms" if namespace.upstream is None else "0")),
        proxies=parse(namespace.xks_latency),
        seed=namespace.seed,
        rejects_consume=namespace.rejects_consume,
        burst_s=namespace.burst_s,
        state=namespace.state,
        state_key_file=namespace.state_key_file,
        exit_with_stdin=namespace.exit_with_stdin,
        upstream=_upstream(namespace),
    )
