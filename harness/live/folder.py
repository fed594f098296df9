"""Where a run is kept: a folder of its own, named by its scenario and when it began."""

import time
from pathlib import Path

from harness.errors import BadInput


def fresh_folder(out: Path, scenario: str) -> Path:
    """Make a new folder for a run of `scenario` in `out`. Raises BadInput where it cannot be."""
    stamp = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime())
    names = (f"{scenario}-{stamp}{suffix}" for suffix in ("", *(f"-{n}" for n in range(2, 100))))
    folder = next(out / name for name in names if not (out / name).exists())
    try:
        folder.mkdir(parents=True)
    except OSError as error:
        raise BadInput(f"cannot make a run's folder in {out}: {error.strerror}") from None
    return folder
