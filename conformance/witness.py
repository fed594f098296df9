"""Everything a target answered, held against the service model as it comes in."""

import json
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import Any

from conformance.shapes import declared_errors, faults


@dataclass
class Witness:
    """What is known so far of one target's answers, by operation."""

    answered: Counter[str] = field(default_factory=Counter)
    faults: defaultdict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    stray_errors: set[str] = field(default_factory=set)
    odd_errors: set[str] = field(default_factory=set)

    def note(self, http_response: Any, parsed: Any, model: Any, **_more: Any) -> None:
        """Take notice of an answer: botocore's event `after-call`."""
        operation, error = model.name, parsed.get("Error")
        if error:
            self._note_error(operation, error.get("Code", ""), http_response)
            return
        self.answered[operation] += 1
        try:
            answer = json.loads(http_response.content or b"{}")
        except ValueError:
            self.faults[operation].add("is no JSON")
            return
        self.faults[operation].update(faults(operation, answer))

    def _note_error(self, operation: str, code: str, http_response: Any) -> None:
        if code not in declared_errors(operation):
            self.stray_errors.add(f"{operation}: {code}")
        try:
            named = json.loads(http_response.content)["__type"]
        except (ValueError, KeyError, TypeError):
            named = ""
        wanted = 500 if code in ("KMSInternalException", "InternalFailure") else 400
        if not named or http_response.status_code != wanted:
            self.odd_errors.add(f"{operation}: HTTP {http_response.status_code} {code}")
