"""`python -m fuzz [NAME …] [--seconds N]`: fuzz each target in turn; exits 1 where one fails."""

import argparse
import pkgutil
import sys
from pathlib import Path

import fuzz
from fuzz._run import run


def names() -> list[str]:
    """The targets: the modules here that have no underscore."""
    found = (module.name for module in pkgutil.iter_modules(fuzz.__path__))
    return sorted(name for name in found if name[0] != "_")


def main(given: list[str]) -> int:
    """Fuzz what was asked for; the exit code."""
    parser = argparse.ArgumentParser("python -m fuzz", description=fuzz.__doc__)
    parser.add_argument(
        "name", nargs="*", choices=[*names(), []], metavar="NAME", help=str(names())
    )
    parser.add_argument("--seconds", type=int, default=60, help="for each (%(default)s)")
    parser.add_argument("--corpus", type=Path, help="where to keep what was reached, for next time")
    asked = parser.parse_args(given)
    failed = False
    for name in asked.name or names():
        found = run(name, asked.seconds, asked.corpus and asked.corpus / name)
        print(found.text, found.finding, sep="\n" if found.finding else "", flush=True)
        failed |= bool(found.finding)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
