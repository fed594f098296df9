"""Where a run is kept: a folder of its own, named by its scenario and when it began."""

import contextlib
import shutil
import time
from collections.abc import Iterator
from pathlib import Path

from harness.errors import BadInput


@contextlib.contextmanager
def fresh_folder(out: Path, scenario: str) -> Iterator[Path]:
    """A new folder for a run; an error before the run has begun takes it away again."""
    stamp = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime())
    names = (f"{scenario}-{stamp}{suffix}" for suffix in ("", *(f"-{n}" for n in range(2, 100))))
    folder = next(out / name for name in names if not (out / name).exists())
    try:
        folder.mkdir(parents=True)
    except OSError as error:
        raise BadInput(f"cannot make a run's folder in {out}: {error.strerror}") from None
    try:
        yield folder
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
