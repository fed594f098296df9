"""Locust, headless, as a child process on one core or free; what its locustfile counted."""

import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any, Final

from benchmarks._child import HERE, environment, pin

_LONGEST_S: Final = 120.0


def run(locustfile: str, users: int, core: int | None = None, **settings: Any) -> dict[str, float]:
    """Run `locustfiles/<locustfile>.py`, which watches itself by `benchmarks._window`."""
    command = [sys.executable, "-m", "locust", "-f", str(HERE / "locustfiles" / f"{locustfile}.py")]
    command += ["--headless", "--only-summary", "--loglevel", "ERROR"]
    command += ["-u", str(users), "-r", str(users)]
    with tempfile.TemporaryDirectory(prefix="ekm-bench-") as folder:
        asked = json.dumps({**settings, "users": users, "folder": folder})
        log = Path(folder, "locust.log")
        with log.open("wb") as told:
            process = subprocess.Popen(
                command,
                cwd=HERE.parent,
                env=environment(BENCHMARK=asked),
                stdout=told,
                stderr=subprocess.STDOUT,
            )
            try:
                if core is not None:
                    pin(process.pid, core)
                process.wait(_LONGEST_S)
            finally:
                process.kill()
                process.wait()
        found = Path(folder, "found.json")
        if not found.exists():
            raise RuntimeError(f"Locust found nothing: {log.read_text()[-2000:]}")
        return dict(json.loads(found.read_text()))
