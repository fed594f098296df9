"""Wildcards as IAM has them: `*` for any text, `?` for one character, `${key}` for a fact.

A pattern never backtracks, so that no policy can hold the gateway up.
"""

import re
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Final

# The value or values of a condition key by its lower-cased name, None where a request has none.
Facts = Callable[[str], Sequence[str] | None]

_VARIABLE: Final = re.compile(r"\$\{([^}']*)(?:'([^}']*)')?\}")
# Stand for a literal * and ?; a policy has no character above U+00FF.
_LITERAL: Final = {"*": "\ue000", "?": "\ue001", "$": "$"}
_BACK: Final = {stand: literal for literal, stand in _LITERAL.items()}


def expanded(text: str, facts: Facts) -> str | None:
    """The pattern with its variables filled in; None where the request lacks one of them."""
    if "${" not in text:
        return text
    missing = False

    def value(found: re.Match[str]) -> str:
        nonlocal missing
        name = found[1].strip().rstrip(",").strip().lower()
        if name in _LITERAL:
            return _LITERAL[name]
        values = facts(name) or ([found[2]] if found[2] is not None else [])
        missing |= len(values) != 1
        return "".join(_LITERAL.get(one, one) for one in values[0]) if values else ""

    filled = _VARIABLE.sub(value, text)
    return None if missing else filled


def plain(text: str) -> str:
    """An expanded text for an operator that knows no wildcards."""
    return "".join(_BACK.get(one, one) for one in text)


@lru_cache(maxsize=4096)
def like(pattern: str) -> Callable[[str], object]:
    """Tells whether a whole text, case and all, fits the (expanded) pattern."""
    first, *rest = ("".join(map(_character, part)) for part in re.split(r"\*+", pattern))
    middle = "".join(f"(?>.*?{part})" for part in rest[:-1])
    last = f".*{rest[-1]}" if rest else ""
    return re.compile(first + middle + last, re.DOTALL).fullmatch


def _character(one: str) -> str:
    return "." if one == "?" else re.escape(_BACK.get(one, one))
