"""Inputs as scripts: a line a step, its first word what to do, the rest a JSON body."""

import random
import re
from collections.abc import Callable
from typing import Any, Final

import msgspec

MOST_STEPS: Final = 40
_PLACE: Final = re.compile(rb'"\$([A-Za-z]{1,40})"')

Line = Callable[[random.Random], bytes]


def steps(script: bytes) -> list[tuple[bytes, bytes]]:
    """What to do and the body, of every line."""
    parted = (line.partition(b" ") for line in script.split(b"\n")[:MOST_STEPS])
    return [(word, body) for word, _, body in parted]


def line(word: str, body: Any) -> bytes:
    """One step."""
    return word.encode() + b" " + msgspec.json.encode(body)


def mutate(script: bytes, rng: random.Random, new: Line) -> bytes:
    """The script with a step added, taken out, repeated, moved, or changed in one member."""
    lines = script.split(b"\n")[:MOST_STEPS]
    at = rng.randrange(len(lines))
    match rng.randrange(6):
        case 0 | 1:
            lines.insert(at + 1, new(rng))
        case 2:
            lines.pop(at)
        case 3:
            lines.insert(rng.randrange(len(lines) + 1), lines[at])
        case 4:
            lines.append(lines.pop(at))
        case _:
            lines[at] = _changed(lines[at], new(rng), rng)
    return b"\n".join(lines)


def _changed(old: bytes, new: bytes, rng: random.Random) -> bytes:
    """The step, with one member taken from another step, whatever that means to it."""
    word, _, body = old.partition(b" ")
    try:
        members, others = msgspec.json.decode(body), msgspec.json.decode(new.partition(b" ")[2])
    except (ValueError, RecursionError):  # a seed may nest deeper than can be read
        return new
    if not (isinstance(members, dict) and isinstance(others, dict) and members):
        return new
    name = rng.choice(list(members))
    members[name] = rng.choice([*others.values(), *members.values(), None])
    return word + b" " + msgspec.json.encode(members)


class Memory:
    """What replies gave, to stand in for `$Name` in the requests after them."""

    def __init__(self) -> None:
        self._known: dict[str, str] = {}

    def learn(self, reply: Any) -> None:
        """Note every text in a reply by the name of its member."""
        if isinstance(reply, dict):
            for name, value in reply.items():
                if isinstance(value, str):
                    self._known[name] = value
                self.learn(value)
        elif isinstance(reply, list):
            for item in reply[:3]:
                self.learn(item)

    def fill(self, body: bytes) -> bytes:
        """The body with what is known in place of each `$Name`."""
        return _PLACE.sub(self._known_for, body)

    def _known_for(self, place: re.Match[bytes]) -> bytes:
        """By the end of either name: `$SourceKeyId` is a KeyId, `$Marker` a NextMarker."""
        wanted = place[1].decode()
        for name, value in self._known.items():
            if wanted.endswith(name) or name.endswith(wanted):
                return msgspec.json.encode(value)
        return place[0]
