"""What a name in an expectation means, and what is said to one that means nothing."""

import difflib
import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from harness.errors import BadInput, HarnessError, UnknownName
from harness.expect.measures import MEASURES, OF_A_FAULT, kind, whole
from harness.expect.tree import Measure

EVERY: Final = "every"
_EXAMPLES: Final = ("lost", "throttled", "time_to_recover", "latency.seal.p99", "backlog.peak")


@dataclass(frozen=True)
class Vocabulary:
    """What names may be used: `faults` and `variants` are those planned, None for any fault and
    for no variants. `otherwise` is said of a measure of MEASURES that is not among `paths`."""

    noun: str = "expectation"
    form: str = "such as 'lost == 0' or 'latency.seal.p99 < 45 s'"
    paths: Collection[str] = MEASURES
    otherwise: str = ""
    faults: Collection[str] | None = None
    variants: Collection[str] | None = None

    def measure(self, name: str) -> Measure:
        """The one measure that `name` names; raises BadInput where there is none, or several."""
        if self.variants is None:
            return self._measure(name, "")
        variant, _, rest = name.partition(".")
        if variant == EVERY or variant in self.variants:
            return self._measure(rest, variant)
        if _is_measure(name):
            raise BadInput("measure", name, f"a variant before it, such as {EVERY}.{name}")
        raise UnknownName("variant", variant, [*self.variants, EVERY])

    def _measure(self, name: str, variant: str) -> Measure:
        parts = name.split(".")
        if self.otherwise and _is_measure(name) and not _ends(name, self.paths):
            raise BadInput("measure", name, self.otherwise)
        if len(parts) == 3 and parts[0] == "faults" and not self.otherwise:
            keys = [f"faults.{key}" for key in OF_A_FAULT]
            path = _path(f"faults.{parts[2]}", keys, keys)
            return Measure(path, kind(path), None, variant, self._fault(parts[1]))
        path = _path(name, self.paths, _EXAMPLES)
        return Measure(path, kind(path), whole(path), variant)

    def _fault(self, name: str) -> str:
        if self.faults is not None and name not in self.faults:
            if not self.faults:
                raise BadInput("fault", name, "no fault by name, since none is planned")
            raise UnknownName("planned fault", name, self.faults)
        return name


def _is_measure(name: str) -> bool:
    """Whether the name is one that a summary of one run has."""
    try:
        return bool(Vocabulary().measure(name))
    except HarnessError:
        return False


def _path(name: str, paths: Collection[str], examples: Collection[str]) -> str:
    """The shortest of the paths that end in `name`."""
    ends = _ends(name, paths)
    shortest = [path for path in ends if path.count(".") == min(e.count(".") for e in ends)]
    if not shortest:
        known = [*paths, *(path.split(".", 1)[-1] for path in paths)]
        close = difflib.get_close_matches(name, known, n=1, cutoff=0.5)
        raise UnknownName("measure", name, known if close else examples)
    if len(shortest) > 1:
        raise BadInput("measure", name, f"one of {', '.join(shortest)}")
    return shortest[0]


def _ends(name: str, paths: Collection[str]) -> list[str]:
    """The paths that end in the name as it is; else those that do so but for units."""
    exactly = [path for path in paths if f".{path}".endswith(f".{name}")]
    return exactly or [p for p in paths if f".{_bare(p)}".endswith(f".{_bare(name)}")]


def _bare(path: str) -> str:
    """The path without the units that end its names."""
    return re.sub(r"_(per_s|s|bytes)(?=\.|$)", "", path)
