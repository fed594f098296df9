"""Before a run: everything found, opened and checked, or nothing left behind.

Prepare, run, clean up are three moments; this is the first, and makes what the other two need.
"""

import atexit
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

from harness.attempts import Listener
from harness.live.asked import as_asked
from harness.live.opener import Opener
from harness.live.options import Options
from harness.live.prepared import Prepared
from harness.plan import Plan


def prepare(
    path: Path,
    about: str,
    plan: Plan,
    options: Options,
    listen: Listener,
    spawn: Callable[..., object],
) -> Prepared:
    """Open all that the scenario at `path` needs. Raises BadInput, having closed and removed what
    it had made, where the plan cannot be run as asked."""
    with ExitStack() as made, ExitStack() as stack:
        atexit.register(made.close)  # Locust may quit while this waits for KMS, unwinding nothing
        opener = Opener(as_asked(plan, options), options, listen, stack)
        prepared = opener.open(path.stem, about, spawn, made)
        made.pop_all()  # from now on what was made is kept, however the run ends
        return replace(prepared, close=stack.pop_all().close)
