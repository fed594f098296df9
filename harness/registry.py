"""Extensions by name: a file's name in its folder is its name on the command line.

One extension, one file, one export; there is no list to edit. Nothing is imported until asked for.
"""

import importlib
import pkgutil
from collections.abc import Mapping
from typing import Any

from harness.errors import BadInput, UnknownName


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


def make(folder: str, name: str, settings: Mapping[str, Any], noun: str = "") -> Any:
    """The extension of this name with these settings.

    Raises UnknownName, or BadInput for a setting that it does not have or cannot take.
    """
    noun = noun or folder.removesuffix("s")
    made = find(folder, name, noun)
    try:
        return made(**settings)
    except TypeError as error:
        why = str(error).partition(") ")[2] or str(error)
        raise BadInput(f"{noun} {name}: {why}") from None


def sentence(folder: str, name: str) -> str:
    """The first line of an extension's module docstring, for listings."""
    module = importlib.import_module(f"harness.{folder}.{name}")
    return (module.__doc__ or "").strip().split("\n")[0]
