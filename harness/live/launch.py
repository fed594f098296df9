"""Starts Locust as a child process, headless, and sees it to its end however it is told to stop."""

import argparse
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from harness.live.options import as_arguments
from harness.live.outcome import INTERRUPTED
from harness.quantity import per_second, seconds


def command(arguments: argparse.Namespace, path: Path) -> list[str]:
    """Locust's command line: its own options in its own form, ours as they are."""
    said = [sys.executable, "-m", "locust", "-f", str(path), "--headless", "--only-summary"]
    said += ["--loglevel", "WARNING"]
    if arguments.users is not None:
        said += ["-u", str(arguments.users)]
    if arguments.spawn_rate is not None:
        said += ["-r", str(per_second(arguments.spawn_rate))]
    if arguments.run_time is not None:
        said += ["-t", f"{seconds(arguments.run_time):.0f}s"]
    return said + as_arguments(arguments)


def launch(said: list[str], stats: bool) -> int:
    """Run it to its end; its exit code. Ctrl-C and SIGTERM both reach the child as SIGTERM, which
    it takes at any moment: it mends and reports, or has nothing to mend yet and is gone."""
    environment = {k: v for k, v in os.environ.items() if k != "LOCUST_SKIP_MONKEY_PATCH"}
    environment |= {"EKM_PROGRESS": "1", "PYTHONUNBUFFERED": "1"}
    # The child inherits this and does not hear the terminal, whose interrupt would be raised in
    # whichever of its greenlets happens to run.
    previous = signal.signal(signal.SIGINT, signal.SIG_IGN)
    child = subprocess.Popen(said, env=environment | ({} if stats else {"EKM_QUIET": "1"}))

    def stop(*_: object) -> None:
        _on_stop(signal.SIG_IGN)  # once is enough, however often somebody presses Ctrl-C
        child.terminate()

    _on_stop(stop)
    try:
        code = child.wait()
    finally:
        if signal.getsignal(signal.SIGINT) is stop:
            signal.signal(signal.SIGINT, previous)
    return INTERRUPTED if code == -signal.SIGTERM else code


def _on_stop(action: Callable[..., None] | signal.Handlers) -> None:
    for told in (signal.SIGINT, signal.SIGTERM):
        signal.signal(told, action)
