"""Where a run's sealed recordings go: the store that was asked for, opened."""

from pathlib import Path

from harness.backend import Backend
from harness.bucket import find_bucket
from harness.errors import BadInput
from harness.live.options import Options
from harness.plan import Plan
from harness.registry import find
from harness.store import Opening, Store


def chosen(options: Options) -> str | None:
    """The store that the command line asks for; None leaves it to the scenario."""
    if options.bucket is None:
        return options.store or ("directory" if options.recordings else None)
    if options.store not in (None, "s3"):
        raise BadInput("--bucket has no effect on --store", options.store, "s3")
    return "s3"


def open_store(plan: Plan, options: Options, folder: Path, kms: Backend) -> Store:
    """The plan's store, for the run in `folder` against `kms`."""
    opening = Opening(
        folder / "sealed",
        options.seed,
        lambda: find_bucket(options.bucket, folder.name, kms, plan.workers),
    )
    opened: Store = find("store", plan.store)(opening)
    return opened
