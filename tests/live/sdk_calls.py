"""A process in which boto3 retries, under gevent as in a run: what it did, as JSON.

python -m tests.live.sdk_calls FOLDER ENDPOINT KEY MODE CLIENTS CALLS
"""

import json
import sys
from pathlib import Path

import gevent
from gevent import monkey

from harness.attempts import Attempts
from harness.backend import Backend
from harness.clock import SystemClock
from harness.errors import KmsError
from harness.journal import Journal
from harness.kms import Connection, Retried
from harness.kms.boto3 import Boto3Kms

_WORKERS = 40


class _Ticking:
    """How often something that only sleeps gets its turn meanwhile."""

    def __init__(self) -> None:
        self.ticks = 0
        self.going = True

    def run(self) -> None:
        while self.going:
            gevent.sleep(0.01)
            self.ticks += 1


def ask(folder: Path, endpoint: str, key: str, mode: str, clients: int, calls: int) -> None:
    """So many calls, forty at once; each is left to the SDK, come what may."""
    clock, journal = SystemClock(), Journal(folder / "journal.bin", {})
    backend = Backend("embedded", endpoint, "us-east-1", gateway=True)

    def connect(retried: Retried) -> Boto3Kms:
        return Boto3Kms(Connection(backend, key, 5.0, _WORKERS, mode, clients), retried)

    attempts = Attempts(connect, journal, clock, lambda *_: None, key)
    left, answers = iter(range(1, calls + 1)), {"ok": 0, "failed": 0}

    def work() -> None:
        for recording in left:
            try:
                attempts.generate({"organization": "one"}, recording)
                answers["ok"] += 1
            except KmsError:
                answers["failed"] += 1

    ticking, began_s = _Ticking(), clock.time()
    gevent.spawn(ticking.run)
    gevent.joinall([gevent.spawn(work) for _ in range(_WORKERS)], raise_error=True)
    ticking.going = False
    journal.close()
    took_s = clock.time() - began_s
    sys.stdout.write(json.dumps({**answers, "ticks": ticking.ticks, "took_s": took_s}))


if __name__ == "__main__":
    monkey.patch_all()
    folder, endpoint, key, mode, clients, calls = sys.argv[1:]
    ask(Path(folder), endpoint, key, mode, int(clients), int(calls))
