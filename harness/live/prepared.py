"""A run that could begin: all that it is made of, open."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from harness.buffer import Buffer
from harness.clock import SystemClock
from harness.journal import Journal
from harness.live.ground import Ground
from harness.live.running import Running
from harness.pipeline import Pipeline
from harness.plan import Plan
from harness.playback import Playback
from harness.recording import Source
from harness.store import Store


@dataclass(frozen=True)
class Prepared:
    """A run that could begin now. `close` takes down what was started for it."""

    folder: Path
    plan: Plan
    ground: Ground
    source: Source
    buffer: Buffer
    journal: Journal
    clock: SystemClock
    pipeline: Pipeline
    playback: Playback
    verification: Playback
    running: Running
    store: Store
    close: Callable[[], None]
