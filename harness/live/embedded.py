"""The gateway of a run, an embedded KMS or before another: a process that ends with the run."""

import contextlib
import subprocess
import sys
from collections.abc import Sequence

from harness.errors import BadInput

_STOP_S = 5.0


class Embedded:
    """A gateway process on a free loopback port. It watches its standard input, so that it ends
    even where this process is killed; and has a session of its own, so that Ctrl-C in the terminal
    leaves it up until the key is mended."""

    def __init__(self, seed: int, region: str, more: Sequence[str]) -> None:
        """Start it, with `more` arguments, and wait until it answers. Raises BadInput with its
        words if it does not."""
        arguments = ["--port", "0", "--exit-with-stdin", "--region", region]
        arguments += ["--seed", str(seed), *more]
        self._process = subprocess.Popen(
            [sys.executable, "-m", "harness.gateway", *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        assert self._process.stdout is not None and self._process.stderr is not None
        line = self._process.stdout.readline()
        if not line.startswith("listening on "):
            self.stop()
            said = self._process.stderr.read().strip().splitlines()
            raise BadInput(f"the gateway did not start: {said[-1] if said else 'no word of it'}")
        self.endpoint = line.split()[-1]

    def stop(self) -> None:
        """Stop it, by its own process id."""
        self._process.terminate()
        try:
            self._process.wait(_STOP_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait(_STOP_S)
        with contextlib.suppress(OSError):
            if self._process.stdin:
                self._process.stdin.close()
