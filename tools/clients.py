"""Real KMS clients for the tests, from the registries: made once, apart from the harness's own.

`python` has the AWS Encryption SDK, the S3 Encryption Client, SOPS and Nitor Vault; `node` has the
JavaScript SDK. Each prints the folder of its executables or modules once it is there.
"""

import argparse
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Final

from pinned import Trouble, alone, is_made, make_venv, run

_HOUSE: Final = Path(__file__).resolve().parent.parent
_HOME: Final = _HOUSE / ".clients"
_PINS: Final = _HOUSE / "tools" / "clients-requirements.txt"
_SCRIPTS: Final = _HOUSE / "tests" / "clients" / "scripts"
_NODE: Final = 20  # the oldest that the JavaScript SDK runs on


def main() -> int:
    """Install what the command line says, unless it is there; the exit code."""
    parser = argparse.ArgumentParser(description="Real KMS clients for the tests.")
    parser.add_argument("kind", choices=("python", "node"))
    kind = parser.parse_args().kind
    try:
        with alone(_HOME):
            made = {"python": _python, "node": _node}[kind]()
    except (Trouble, OSError) as trouble:
        _tell(str(trouble))
        return 2
    print(made)  # noqa: T201  # the answer of the command
    return 0


def _python() -> Path:
    venv, pins = _HOME / "venv", _PINS.read_text()
    if not is_made(venv / "installed", pins):
        _tell("installing the Python clients, once; this takes about 20 s")
        make_venv(venv, sys.executable, _PINS)
        (venv / "installed").write_text(pins)
    return venv / "bin"


def _node() -> Path:
    modules, pins = _SCRIPTS / "node_modules", (_SCRIPTS / "package-lock.json").read_text()
    npm = _find_npm()
    if not is_made(modules / "installed", pins):
        _tell("installing the JavaScript SDK, once; this takes a few seconds")
        quiet = ("--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error")
        run("npm ci", [npm, "ci", "--prefix", str(_SCRIPTS), *quiet])
        (modules / "installed").write_text(pins)
    return modules


def _find_npm() -> str:
    """npm, beside a node that is new enough. Raises Trouble."""
    wanted = f"install Node.js {_NODE} or newer with npm"
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        raise Trouble(f"no {'npm' if node else 'node'} on the PATH: {wanted}")
    asked = [node, "--version"]
    said = subprocess.run(asked, capture_output=True, text=True, timeout=30, check=False).stdout
    if int(said.strip().lstrip("v").split(".")[0] or 0) < _NODE:
        raise Trouble(f"{node} is {said.strip() or 'broken'}: {wanted}")
    return npm


def _tell(text: str) -> None:
    sys.stderr.write(f"clients: {text}\n")


if __name__ == "__main__":
    sys.exit(main())
