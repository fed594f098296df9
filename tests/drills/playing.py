"""Drills played for the tests: every scenario as `ekm run` plays it, a few at a time."""

from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.processes import Desk, Ended

LIMIT_S = 420.0  # of one drill
WAIT_S = 1500.0  # for its turn, and for it
_TURNS, _INVALID = 3, 3


@dataclass(frozen=True)
class Played:
    """A scenario that was played: how `ekm run` ended, and what it left at its desk."""

    ended: Ended
    desk: Desk

    @property
    def summary(self) -> dict[str, Any]:
        return self.desk.summary()

    @property
    def runs(self) -> dict[str, dict[str, Any]]:
        """The summary of each run: the only one, or each variant's."""
        summary = self.summary
        found: dict[str, dict[str, Any]] = summary.get("variants") or {"": summary}
        return found


@contextmanager
def played(
    folder: Path, drills: Iterable[tuple[str, tuple[str, ...]]], at_once: int
) -> Iterator[dict[str, Future[Played]]]:
    """Play each scenario, with these words added, so many at once; the futures by name."""
    with ThreadPoolExecutor(at_once) as pool:
        futures = {name: pool.submit(_play, folder / name, name, words) for name, words in drills}
        try:
            yield futures
        finally:
            for future in futures.values():
                future.cancel()


def _play(folder: Path, name: str, words: tuple[str, ...]) -> Played:
    """Play it; and again where the machine was too busy to, which says nothing of the drill."""
    for turn in range(_TURNS):
        desk = Desk(folder / str(turn))
        desk.folder.mkdir(parents=True)
        ended = desk.ekm("run", name, *words, limit_s=LIMIT_S)
        if ended.code != _INVALID:
            break
    return Played(ended, desk)


def balanced(summary: dict[str, Any]) -> bool:
    """Whether the ledger adds up."""
    counts = summary["recordings"]
    fates = ("sealed", "dead_lettered", "shed", "buffered", "lost")
    return bool(counts["arrived"] == sum(counts[fate] for fate in fates))
