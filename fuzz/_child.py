"""One target under libFuzzer, in a process of its own: `python -m fuzz._child TARGET FLAG …`.

Coverage comes from atheris; where that cannot be had, inputs are changed blindly.
"""

import random
import sys
from collections.abc import Callable
from types import ModuleType
from typing import Any

from fuzz import _blind
from fuzz._run import find

try:
    import atheris
except ImportError:
    atheris = None

Mutate = Callable[[bytes, int, int], bytes]


def main() -> None:
    """Fuzz until a flag of libFuzzer's says stop."""
    name, *flags = sys.argv[1:]
    if not atheris:
        _blind.fuzz(find(name), flags)
        return
    with atheris.instrument_imports(["harness", "fuzz", name.split(".")[0]]):
        target = find(name)
    own: dict[str, Any] = {"custom_mutator": _mutator(target)} if hasattr(target, "mutate") else {}
    atheris.Setup(["fuzz", *flags], target.attempt, **own)
    atheris.Fuzz()


def _mutator(target: ModuleType) -> Mutate:
    """Every other time as the target knows to, or as libFuzzer does to any bytes."""

    def mutate(data: bytes, most: int, seed: int) -> bytes:
        rng = random.Random(seed)
        if rng.random() < 0.3:
            return bytes(atheris.Mutate(data, most))
        for _ in range(rng.randint(1, 4)):
            data = target.mutate(data, rng)
        return data[:most]

    return mutate


if __name__ == "__main__":
    main()
