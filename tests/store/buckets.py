"""Buckets in real LocalStack, and what a store is opened with there."""

from dataclasses import replace
from pathlib import Path

from harness.backend import Backend
from harness.bucket import find_bucket
from harness.store import Opening


def opening(
    place: Backend, run: str, wish: str | None = None, calls: int = 8, **changes: object
) -> Opening:
    """As a run of this name would open a store; `changes` are made to the bucket."""
    bucket = replace(find_bucket(wish, run, place, calls), **changes)  # type: ignore[arg-type]
    return Opening(Path("unused"), 1, lambda: bucket)
