"""An expectation read from one line, with everything about it found to be right before a run."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from harness.errors import BadInput
from harness.expect.syntax import comparison
from harness.expect.tree import Expression, Measure, measures
from harness.expect.units import agreed
from harness.expect.vocabulary import EVERY, Vocabulary

# Each strike of one is held against each of the other.
_MOST_FAULTS: Final = 2


@dataclass(frozen=True)
class Expectation:
    """`left` compared with `right`, in `unit`: `s`, `B`, `/s`, `share` or none."""

    text: str
    compare: str
    left: Expression
    right: Expression
    unit: str

    @property
    def measures(self) -> tuple[Measure, ...]:
        """All that it mentions, from left to right."""
        return *measures(self.left), *measures(self.right)


def parse(
    text: str,
    faults: Collection[str] | None = None,
    variants: Collection[str] | None = None,
) -> Expectation:
    """The expectation that `text` states; raises BadInput where it states none.

    With `faults`, the names of those that are planned, no other may be named. With `variants`,
    every measure begins with the name of one, or with `every`.
    """
    for name in variants or ():
        if not re.fullmatch(r"[a-zA-Z_]\w*", name, re.ASCII) or name == EVERY:
            raise BadInput("name of a variant", name, f"a word such as legacy, other than {EVERY}")
    return read(text, Vocabulary(faults=faults, variants=variants))


def read(text: str, words: Vocabulary) -> Expectation:
    """What `text` states in the words that there are."""
    said = comparison(text, words)
    agreement, unit = agreed(said, words.noun)
    found = Expectation(*agreement, unit)
    if not found.measures:
        raise BadInput(words.noun, found.text, f"a measure, {words.form}")
    struck = {(m.variant, m.fault) for m in found.measures if m.path.startswith("faults.")}
    if len(struck) > _MOST_FAULTS:
        raise BadInput(f"faults in the {words.noun} '{found.text}'", len(struck), "two at most")
    return found
