"""An environment for each stand-in, made once of pinned packages, apart from the harness's own."""

import subprocess
import sys
from pathlib import Path
from typing import Final

_HERE: Final = Path(__file__).resolve().parent
_FOLDER: Final = _HERE.parent / ".conformance"
_INSTALL_S: Final = 900.0


class Trouble(Exception):
    """What cannot be done, in one line."""


def pinned(name: str) -> str:
    """The version of the stand-in itself."""
    lines = (_HERE / "pins" / f"{name}.txt").read_text().splitlines()
    return next(line.split("==")[1] for line in lines if line.startswith(f"{name}=="))


def python_of(name: str) -> Path:
    """The environment's Python, installed first where it is not there with these very pins."""
    venv, pins = _FOLDER / f"{name}-venv", _HERE / "pins" / f"{name}.txt"
    python, stamp = venv / "bin" / "python", venv / "installed"
    if not stamp.exists() or stamp.read_text() != pins.read_text():
        sys.stderr.write(f"conformance: installing {name}, once\n")
        _run(f"making {name}'s environment", [sys.executable, "-m", "venv", "--clear", str(venv)])
        pip = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        _run(f"installing {name}", [*pip, "--requirement", str(pins)])
        stamp.write_text(pins.read_text())
    return python


def _run(what: str, command: list[str]) -> None:
    try:
        made = subprocess.run(
            command, capture_output=True, text=True, timeout=_INSTALL_S, check=False
        )
    except subprocess.TimeoutExpired:
        raise Trouble(f"{what} took more than {_INSTALL_S:.0f} s") from None
    if made.returncode:
        lines = [line for line in made.stderr.splitlines() if line.strip()]
        raise Trouble(f"{what} failed: {lines[-1].strip() if lines else 'no word'}")
