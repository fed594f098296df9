"""What can follow on a command line, told to a shell that asks when somebody presses Tab.

An argument is completed by what it is called: `--store` by the files in `harness/store/`.
"""

import argparse
import dataclasses
import importlib
import os
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Final

from harness import scenario
from harness.backend import BACKENDS
from harness.catalogue import kinds
from harness.errors import UnknownName
from harness.registry import find, folders, names

# Arguments that are called otherwise than the folder that their names come from.
_CALLED: Final[dict[str, Callable[[], Iterable[str]]]] = {
    "scenario": scenario.names,
    "kind": kinds,
    "kms": lambda: BACKENDS,
    "client": lambda: names("kms"),
    "fault": lambda: names("faults"),
}


def answer(parser: argparse.ArgumentParser) -> None:
    """Answer the shell and exit, where one asks; otherwise it is nothing but a look for that."""
    if "_ARGCOMPLETE" not in os.environ:
        return
    for action in _actions(parser):
        completer = _completer(action.dest)
        if completer is not None:
            vars(action)["completer"] = completer
    importlib.import_module("argcomplete").autocomplete(parser, always_complete_options=False)


def _actions(parser: argparse.ArgumentParser) -> Iterator[argparse.Action]:
    """A parser's arguments and options, and those of its commands."""
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for command in action.choices.values():
                yield from _actions(command)
        else:
            yield action


def _completer(called: str) -> Callable[..., Iterable[str]] | None:
    if called == "settings":
        return lambda parsed_args, **_: _settings(parsed_args.fault)
    if called in _CALLED:
        return lambda **_: list(_CALLED[called]())
    if called in folders():
        return lambda **_: names(called)
    return None


def _settings(fault: str) -> list[str]:
    """What `ekm fault inject FAULT` can be told, as `quota=`."""
    try:
        found: Any = find("faults", fault)
    except UnknownName:
        return []
    return [f"{field.name}=" for field in dataclasses.fields(found) if field.init]
