"""LocalStack's own environment: made once, of pinned packages, on a Python that it accepts.

Apart from the harness's, since the two want different versions of the same packages.
"""

import contextlib
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Final

from pinned import Trouble, is_made, make_venv

_PINS: Final = Path(__file__).resolve().with_name("localstack-requirements.txt")
_VERSIONS: Final = ((3, 13), (3, 12))  # the better one first
_ASKS: Final = "import sys, venv, ensurepip; print(*sys.version_info[:2])"


def install(venv: Path, tell: Callable[[str], None]) -> None:
    """Make the environment, unless it is there with these very pins. Raises Trouble."""
    pins, stamp = _PINS.read_text(), venv / "installed"
    if is_made(stamp, pins):
        return
    python = _find_python()
    tell(f"installing LocalStack with {python}, once; this takes a minute or two")
    make_venv(venv, python, _PINS)
    stamp.write_text(pins)


def _find_python() -> str:
    """One that LocalStack accepts and that can make environments, found by asking it."""
    pyenv = Path(os.environ.get("PYENV_ROOT") or "~/.pyenv").expanduser() / "versions"
    for version in _VERSIONS:
        number = ".".join(map(str, version))
        there = sorted(pyenv.glob(f"{number}*/bin/python"), reverse=True)
        for python in (shutil.which(f"python{number}"), sys.executable, *map(str, there)):
            # A shim on the PATH may stand for a Python that is not there, so each is asked.
            if python and _version(python) == version:
                return python
    raise Trouble(
        "no Python 3.12 or 3.13 for LocalStack: looked for python3.13 and python3.12 on the PATH,"
        f" at {sys.executable}, and for {pyenv}/*/bin/python"
    )


def _version(python: str) -> tuple[int, ...]:
    with contextlib.suppress(OSError, ValueError, subprocess.SubprocessError):
        asked = [python, "-c", _ASKS]
        told = subprocess.run(asked, capture_output=True, text=True, timeout=30, check=True)
        return tuple(map(int, told.stdout.split()))
    return ()
