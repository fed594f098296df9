"""What makes a run pointless to go on with: the same expressions, over what is known meanwhile."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from harness.errors import BadInput
from harness.expect.judging import holds
from harness.expect.measures import LIVE
from harness.expect.reading import Expectation, read
from harness.expect.tree import Measure
from harness.expect.vocabulary import Vocabulary
from harness.quantity import seconds

_SHORT: Final = tuple(name for name in LIVE.values() if not name.startswith("errors."))
_WORDS: Final = Vocabulary(
    noun="abort_on",
    form="such as 'shed > 1000' or 'oldest > 60 s for 5 s'",
    paths=tuple(LIVE),
    otherwise=f"one that is known while a run goes on: {', '.join(_SHORT)} or errors.<code>",
)


@dataclass(frozen=True)
class Abort:
    """A condition on which a run ends early, once it has been true for `for_s` on end."""

    text: str
    condition: Expectation
    for_s: float = 0.0


def parse_abort(text: str) -> Abort:
    """`shed > 1000`, `dead_lettered > 10 % for 5 s`; raises BadInput for anything else, and for
    measures that are known only after a run."""
    if not isinstance(text, str):
        raise BadInput(_WORDS.noun, text, _WORDS.form)
    line = " ".join(text.split())
    condition, *lasting = re.split(r" for (?=[0-9.])", line, maxsplit=1)
    for_s = seconds(lasting[0], f"{_WORDS.noun} '{line}'") if lasting else 0.0
    return Abort(line, read(condition, _WORDS), for_s)


class Watch:
    """Looks at a run now and then, and says when one of the conditions has come true."""

    def __init__(self, aborts: Iterable[Abort]) -> None:
        self._aborts = tuple(aborts)
        self._since_s: dict[Abort, float] = {}

    def look(self, live: Mapping[str, Any]) -> Abort | None:
        """The first abort that has come true, at `live["duration_s"]`, else None.

        `live` is flat: duration_s, arrived, sealed, dead_lettered, failed, shed, backlog, oldest_s,
        attempts, throttled, and `errors`, by code. What is not in it does not come true.
        """
        now_s: float = live["duration_s"]
        for abort in self._aborts:
            if not holds(abort.condition, lambda measure: _value(measure, live))["ok"]:
                self._since_s.pop(abort, None)
            elif now_s - self._since_s.setdefault(abort, now_s) >= abort.for_s:
                return abort
        return None


def _value(measure: Measure, live: Mapping[str, Any]) -> float | None:
    name = LIVE[measure.path]
    if name.startswith("errors."):
        errors: Mapping[str, float] = live.get("errors") or {}
        return errors.get(name.removeprefix("errors."), 0)
    value: float | None = live.get(name)
    return value
