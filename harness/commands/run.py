"""`ekm run`: a scenario under Locust, headless, with progress and a verdict."""

import argparse

from harness.errors import BadInput
from harness.live.asked import as_asked
from harness.live.launch import command, launch
from harness.live.options import add_options, at_least, from_namespace
from harness.live.suite import run_all
from harness.plan import Plan, Variants
from harness.quantity import per_second, seconds
from harness.recording import Files
from harness.registry import find
from harness.scenario import load, locate, one_of

__all__ = ["Run"]


class Run:
    """Checks all that can be checked first, then starts Locust as a child process."""

    summary = "run a scenario and judge it"
    examples = """examples:
  ekm run throttle_storm                          against the embedded KMS
  ekm run throttle_storm -u 200 -t 2m --seed 7    four times the lines, for two minutes
  ekm run throttle_storm --recordings calls/      with your own files as recordings
  ekm run key_disabled --kms localstack           against LocalStack
  ekm run steady --kms aws --key alias/drill --request-budget 5000
  ekm run retry_modes --variant adaptive          one variant of a scenario that has several
  ekm run my_drill.py --buffer-file edge.sqlite   go on with what an earlier run left"""

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument(
            "scenario", metavar="SCENARIO", help="a name from `ekm list`, or a file"
        )
        locust = parser.add_argument_group("Locust's own")
        locust.add_argument("-u", "--users", type=at_least(1), metavar="N", help="lines")
        locust.add_argument(
            "-r", "--spawn-rate", metavar="RATE", help="lines a second, at the start"
        )
        locust.add_argument("-t", "--run-time", metavar="TIME", help="of the load, as 60s or 1h30m")
        parser.add_argument("--stats", action="store_true", help="show Locust's tables at the end")
        add_options(parser)

    def execute(self, arguments: argparse.Namespace) -> int:
        path = locate(arguments.scenario)
        planned = load(path)
        for plan in _asked(planned, arguments.variant):
            _check(arguments, plan)
        if isinstance(planned, Variants) and arguments.variant is None:
            return run_all(path, planned, arguments)
        return launch(command(arguments, path), arguments.stats)


def _asked(planned: Plan | Variants, variant: str | None) -> list[Plan]:
    if isinstance(planned, Variants) and variant is None:
        return list(planned.plans.values())
    return [one_of(planned, variant)]


def _check(arguments: argparse.Namespace, plan: Plan) -> None:
    options = from_namespace(arguments)
    as_asked(plan, options)
    find("kms", options.client, "KMS client")
    if arguments.run_time is not None and seconds(arguments.run_time, "run time") < 1:
        raise BadInput("run time", arguments.run_time, "1s or more")
    if arguments.spawn_rate is not None and per_second(arguments.spawn_rate, "spawn rate") <= 0:
        raise BadInput("spawn rate", arguments.spawn_rate, "a rate above zero")
    if options.recordings is not None:
        Files(options.recordings)
