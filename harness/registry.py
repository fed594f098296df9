"""Extensions by name: a file's name in its folder is its name on the command line.

One extension, one file, one export; there is no list to edit. Nothing is imported until asked for.
"""

import importlib
import pkgutil
from typing import Any

from harness.errors import UnknownName


def names(folder: str) -> list[str]:
    """The extensions in `harness/<folder>/`, sorted."""
    package = importlib.import_module(f"harness.{folder}")
    return sorted(m.name for m in pkgutil.iter_modules(package.__path__) if m.name[0] != "_")


def find(folder: str, name: str, noun: str = "") -> Any:
    """The one export of `harness/<folder>/<name>.py`.

    Raises UnknownName, with the close match, where there is no such file.
    """
    if name not in names(folder):
        raise UnknownName(noun or folder.removesuffix("s"), name, names(folder))
    module = importlib.import_module(f"harness.{folder}.{name}")
    (export,) = module.__all__
    return getattr(module, export)


def sentence(folder: str, name: str) -> str:
    """The first line of an extension's module docstring, for listings."""
    module = importlib.import_module(f"harness.{folder}.{name}")
    return (module.__doc__ or "").strip().split("\n")[0]
