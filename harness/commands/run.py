"""`ekm run`: a scenario under Locust, headless, with progress and a verdict."""

import argparse
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from harness.errors import BadInput
from harness.live.options import add_options, as_arguments, as_asked, at_least, from_namespace
from harness.quantity import per_second, seconds
from harness.recording import Files
from harness.registry import find
from harness.scenario import load, locate, one_of

__all__ = ["Run"]

_INTERRUPTED = 130


class Run:
    """Checks all that can be checked first, then starts Locust as a child process."""

    summary = "run a scenario and judge it"
    examples = """examples:
  ekm run throttle_storm                          against the embedded KMS
  ekm run throttle_storm -u 200 -t 2m --seed 7    four times the lines, for two minutes
  ekm run throttle_storm --recordings calls/      with your own files as recordings
  ekm run key_disabled --kms localstack           against LocalStack
  ekm run steady --kms aws --key alias/drill --request-budget 5000
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
        _check(arguments, path)
        return _locust(_command(arguments, path), arguments.stats)


def _check(arguments: argparse.Namespace, path: Path) -> None:
    options = from_namespace(arguments)
    as_asked(one_of(load(path), options.variant), options)
    find("kms", options.client, "KMS client")
    if arguments.run_time is not None and seconds(arguments.run_time, "run time") < 1:
        raise BadInput("run time", arguments.run_time, "1s or more")
    if arguments.spawn_rate is not None and per_second(arguments.spawn_rate, "spawn rate") <= 0:
        raise BadInput("spawn rate", arguments.spawn_rate, "a rate above zero")
    if options.recordings is not None:
        Files(options.recordings)


def _command(arguments: argparse.Namespace, path: Path) -> list[str]:
    """Locust's command line: its own options in its own form, ours as they are."""
    command = [sys.executable, "-m", "locust", "-f", str(path), "--headless", "--only-summary"]
    command += ["--loglevel", "WARNING"]
    if arguments.users is not None:
        command += ["-u", str(arguments.users)]
    if arguments.spawn_rate is not None:
        command += ["-r", str(per_second(arguments.spawn_rate))]
    if arguments.run_time is not None:
        command += ["-t", f"{seconds(arguments.run_time):.0f}s"]
    return command + as_arguments(arguments)


def _locust(command: list[str], stats: bool) -> int:
    """Run it to its end. Ctrl-C and SIGTERM both reach the child as SIGTERM, which it takes at any
    moment: it mends and reports, or has nothing to mend yet and is gone."""
    environment = {k: v for k, v in os.environ.items() if k != "LOCUST_SKIP_MONKEY_PATCH"}
    environment |= {"EKM_PROGRESS": "1", "PYTHONUNBUFFERED": "1"}
    # The child inherits this and does not hear the terminal, whose interrupt would be raised in
    # whichever of its greenlets happens to run.
    previous = signal.signal(signal.SIGINT, signal.SIG_IGN)
    child = subprocess.Popen(command, env=environment | ({} if stats else {"EKM_QUIET": "1"}))

    def stop(*_: object) -> None:
        _on_stop(signal.SIG_IGN)  # once is enough, however often somebody presses Ctrl-C
        child.terminate()

    _on_stop(stop)
    try:
        code = child.wait()
    finally:
        if signal.getsignal(signal.SIGINT) is stop:
            signal.signal(signal.SIGINT, previous)
    return _INTERRUPTED if code == -signal.SIGTERM else code


def _on_stop(action: Callable[..., None] | signal.Handlers) -> None:
    for told in (signal.SIGINT, signal.SIGTERM):
        signal.signal(told, action)
