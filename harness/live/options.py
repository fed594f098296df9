"""The options of a run, the same for `ekm run` and for `locust -f scenarios/…`."""

import argparse
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

from harness.errors import BadInput, HarnessError
from harness.quantity import per_second


@dataclass(frozen=True)
class Options:
    """What a run was asked for on its command line; None leaves it to the scenario."""

    kms: str
    endpoint: str | None
    region: str | None
    key: str | None
    client: str
    retry_mode: str | None
    retry: str | None
    pacing: str | None
    quota: float | None
    latency: str | None
    buffer: str | None
    buffer_file: Path | None
    buffer_recordings: int | None
    power_safe: bool
    store: str | None
    bucket: str | None
    recordings: Path | None
    rate: float | None
    workers: int | None
    seed: int
    variant: str | None
    compress: float
    out: Path
    request_budget: int | None


def _rate(text: str) -> float:
    try:
        return per_second(text)
    except HarnessError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def _times(text: str) -> float:
    try:
        times = float(text)
    except ValueError:
        times = 0.0
    if not 0.01 <= times <= 1000:
        raise argparse.ArgumentTypeError(f"got {text!r}, wanted 0.01 to 1000")
    return times


def at_least(least: int) -> Callable[[str], int]:
    """A reader of whole numbers that are `least` or more."""

    def read(text: str) -> int:
        if not text.lstrip("-").isdigit() or int(text) < least:
            raise argparse.ArgumentTypeError(f"got {text!r}, wanted a whole number from {least}")
        return int(text)

    return read


def add_options(parser: Any) -> None:
    """Add our options to a parser: `ekm run`'s, or Locust's own."""
    _add_kms(parser.add_argument_group("external key management: the KMS").add_argument)
    _add_edge(parser.add_argument_group("external key management: the Edge").add_argument)


def _add_kms(add: Callable[..., Any]) -> None:
    modes = ("legacy", "standard", "adaptive")
    add("--kms", default="embedded", help="embedded, localstack or aws (default: embedded)")
    add("--endpoint", help="the KMS's URL; else AWS_ENDPOINT_URL_KMS, else the backend's own")
    add("--region", help="AWS Region, and its quota (default: boto3's, else us-east-1)")
    add("--key", help="key id, ARN or alias (default: one made for the purpose; required on aws)")
    add("--client", default="wire", help="wire, for load; boto3, for what an SDK does")
    sdk = "let boto3 retry, in this mode, instead of the scenario's policy"
    add("--sdk-retry-mode", dest="retry_mode", choices=modes, help=sdk)
    add("--quota", type=_rate, metavar="RATE", help="the shared quota, as 2000/s (the Region's)")
    add("--latency", metavar="P50,P99", help="the embedded KMS's latency (8ms,60ms)")
    budget = "stop after this many KMS requests; required on aws"
    add("--request-budget", type=at_least(1), metavar="N", help=budget)


def _add_edge(add: Callable[..., Any]) -> None:
    add("--buffer", help="memory, sqlite or none (default: the scenario's)")
    file = "a durable buffer to go on with, or to make (default: one in the run's folder)"
    add("--buffer-file", type=Path, metavar="FILE", help=file)
    add("--buffer-recordings", type=at_least(1), metavar="N", help="the buffer's bound, as a count")
    safe = "wait for the disk at each group commit, not only for the operating system"
    add("--power-safe", action="store_true", help=safe)
    retry = "a retry policy in its own settings, as decorrelated (default: the scenario's)"
    add("--retry", metavar="NAME", help=retry)
    pacing = "what a drain is held back by, as aimd (default: the scenario's)"
    add("--pacing", metavar="NAME", help=pacing)
    add("--store", help="discard, directory or s3 (default: discard; directory with --recordings)")
    bucket = "the S3 bucket to store into; means --store s3 (default there: ekm-harness)"
    add("--bucket", metavar="NAME[/PREFIX]", help=bucket)
    add("--recordings", type=Path, metavar="DIR", help="use the files of DIR as recordings")
    add("--rate", type=_rate, metavar="RATE", help="recordings a second, each line, as 2/s")
    add("--workers", type=at_least(1), metavar="N", help="recordings in KMS's hands at once")
    add(
        "--seed",
        type=at_least(0),
        default=1,
        metavar="N",
        help="for all that is drawn (default: 1)",
    )
    add("--variant", metavar="NAME", help="one variant of a scenario that has several")
    faster = "load, curve and faults so many times faster (default: 1)"
    add("--compress", type=_times, default=1.0, metavar="N", help=faster)
    add("--out", type=Path, default=Path("reports"), metavar="DIR", help="where runs are kept")


def as_arguments(namespace: argparse.Namespace) -> list[str]:
    """The command line that asks for what a parsed one, or Locust's web form, asked for."""
    given: list[str] = []
    for action in _parser()._actions:
        value = getattr(namespace, action.dest)
        if value is True:
            given.append(action.option_strings[0])
        elif value is not None and value is not False and value != "":
            given += [action.option_strings[0], str(value)]
    return given


def from_namespace(namespace: argparse.Namespace) -> Options:
    """The options out of parsed arguments. Raises BadInput for one that does not read: those of
    Locust's web form come as text, whatever they were declared to be."""
    parsed = _parser().parse_args(as_arguments(namespace))
    return Options(**vars(parsed))


def _parser() -> argparse.ArgumentParser:
    parser = _Raising(add_help=False, allow_abbrev=False)
    add_options(parser)
    return parser


class _Raising(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise BadInput(message)
