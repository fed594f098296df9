"""Extensions by name: a file's name in its folder is its name on the command line.

One extension, one file, one export; there is no list to edit. Nothing is imported until asked for.
"""

import ast
import importlib
import importlib.util
import pkgutil
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from harness.errors import BadInput, UnknownName

_HOUSE: Final = Path(__file__).parent
_ONE_EXPORT: Final = re.compile(r'^__all__ = \["\w+"\]$', re.MULTILINE)
_SENTENCE: Final = re.compile(r".+?[.?!](?=\s|$)")


def folders() -> list[str]:
    """The folders of extensions, sorted: those in which each file has its one export."""
    return sorted(path.parent.name for path in _HOUSE.glob("*/__init__.py") if _extends(path))


def _extends(path: Path) -> bool:
    files = list(path.parent.glob("[!_]*.py"))
    return bool(files) and all(_ONE_EXPORT.search(file.read_text()) for file in files)


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
    """The first sentence of an extension's module, for listings; read without importing it."""
    spec = importlib.util.find_spec(f"harness.{folder}.{name}")
    assert spec is not None and spec.origin is not None
    return first_sentence(ast.get_docstring(ast.parse(Path(spec.origin).read_text())) or "")


def first_sentence(text: str) -> str:
    """The first sentence of a docstring, on one line however it was broken."""
    opening = " ".join(text.partition("\n\n")[0].split())
    found = _SENTENCE.match(opening)
    return found[0] if found else opening
