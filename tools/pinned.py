"""Environments of pinned packages, apart from the harness's own: made once, by one at a time."""

import contextlib
import fcntl
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

_INSTALL_S: Final = 900.0
_LOCK_S: Final = 1200.0


class Trouble(Exception):
    """What cannot be done, in one line."""


def is_made(stamp: Path, pins: str) -> bool:
    """Whether an environment was made to its end, with these very pins."""
    return stamp.exists() and stamp.read_text() == pins


def make_venv(venv: Path, python: str, pins: Path) -> None:
    """A virtual environment with what `pins` lists and nothing else. Raises Trouble."""
    run(f"making {venv}", [python, "-m", "venv", "--clear", str(venv)])
    pip = [str(venv / "bin" / "python"), "-m", "pip", "install", "--quiet"]
    run(f"installing {pins.name}", [*pip, "--disable-pip-version-check", "-r", str(pins)])


def run(what: str, command: list[str]) -> None:
    """Run a step of an installation to its end. Raises Trouble with its last word."""
    try:
        made = subprocess.run(
            command, capture_output=True, text=True, timeout=_INSTALL_S, check=False
        )
    except subprocess.TimeoutExpired:
        raise Trouble(f"{what} took more than {_INSTALL_S:.0f} s") from None
    if made.returncode:
        raise Trouble(f"{what} failed: {last_line(made.stderr or made.stdout)}")


def last_line(text: str) -> str:
    """The last line that says something."""
    return next((line.strip() for line in reversed(text.splitlines()) if line.strip()), "no word")


@contextlib.contextmanager
def alone(folder: Path) -> Iterator[None]:
    """One at a time: a second one waits, and finds what the first has made. Raises Trouble."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as lock:
        until_s = time.monotonic() + _LOCK_S
        while True:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() > until_s:
                    raise Trouble(f"another one at work in {folder} has not ended") from None
            time.sleep(0.2)
        yield
