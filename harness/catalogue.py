"""What there is by name: scenarios, and the files of every folder of extensions."""

from typing import Final

from harness import scenario
from harness.errors import UnknownName
from harness.registry import first_sentence, folders, names, sentence

_SCENARIOS: Final = "scenarios"
# Where a folder's name is no good word for what is in it.
_SPOKEN: Final = {"buffer": "buffers", "kms": "clients", "retry": "policies", "store": "stores"}


def kinds() -> list[str]:
    """What can be listed, sorted; a new folder of extensions is among them by itself."""
    return sorted([_SCENARIOS, *_folders()])


def listed(kind: str) -> dict[str, str]:
    """All of a kind, each name with its sentence. Raises UnknownName for no such kind."""
    if kind == _SCENARIOS:
        paths = scenario.names()
        return {name: first_sentence(scenario.about(path)) for name, path in paths.items()}
    if kind not in _folders():
        raise UnknownName("list", kind, kinds())
    folder = _folders()[kind]
    return {name: sentence(folder, name) for name in names(folder)}


def _folders() -> dict[str, str]:
    return {_SPOKEN.get(folder, folder): folder for folder in folders()}
