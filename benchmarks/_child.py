"""A function of a benchmark in a fresh process of its own, on a core of its own where wanted.

So that nobody's patches, caches or memory are another's: `python -m benchmarks._child`.
"""

import importlib
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any, Final

import psutil

HERE: Final = Path(__file__).parent
_LONGEST_S: Final = 180.0
# Made-up credentials, so that no client asks the network for real ones.
_QUIET: Final = {
    "AWS_ACCESS_KEY_ID": "benchmark",
    "AWS_SECRET_ACCESS_KEY": "benchmark",
    "AWS_EC2_METADATA_DISABLED": "true",
    "PYTHONUNBUFFERED": "1",
}


def environment(**more: str) -> dict[str, str]:
    """What a child sees: this process's variables, no endpoint or profile of the user's."""
    own = {k: v for k, v in os.environ.items() if not k.startswith(("AWS_", "LOCUST_"))}
    return own | _QUIET | more


def call(function: str, core: int | None = None, **arguments: Any) -> Any:
    """What `module:function` returns, given `arguments`; both must be JSON-able."""
    asked = json.dumps({"function": function, "core": core, "arguments": arguments})
    command = [sys.executable, "-m", "benchmarks._child"]
    made = subprocess.run(
        command,
        cwd=HERE.parent,
        env=environment(),
        input=asked,
        stdout=subprocess.PIPE,
        text=True,
        timeout=_LONGEST_S,
        check=True,
    )
    return json.loads(made.stdout.splitlines()[-1])


def pin(pid: int, core: int) -> None:
    """Keep a process, and all threads it has by now, on one core, where the system can do that."""
    if hasattr(os, "sched_setaffinity"):
        for thread in psutil.Process(pid).threads():
            os.sched_setaffinity(thread.id, {core % (os.cpu_count() or 1)})


def main() -> None:
    """Do what standard input says, and print the answer as JSON."""
    asked = json.load(sys.stdin)
    if asked["core"] is not None:
        pin(os.getpid(), asked["core"])
    module, _, name = asked["function"].partition(":")
    print(json.dumps(getattr(importlib.import_module(module), name)(**asked["arguments"])))


if __name__ == "__main__":
    main()
