"""From a line of text to a comparison of two expressions, whatever the text is.

Names, and numbers with their units, are taken out first; what is left is arithmetic, which Python's
own parser reads. Nothing is ever run.
"""

import ast
import math
import re
from decimal import Decimal
from typing import Final, NamedTuple

from harness.errors import BadInput
from harness.expect.kinds import UNITS
from harness.expect.tree import Arithmetic, Expression, Number
from harness.expect.vocabulary import Vocabulary

_TOKEN: Final = re.compile(
    r"\s*(?:(?P<number>[0-9.]+(?:[eE][+-]?[0-9]+)?)\s*(?P<unit>%|/\s*s(?![\w.])|[a-zA-Z_][\w.]*)?"
    r"|(?P<name>[a-zA-Z_]\w*(?:\.\w+)*)|(?P<sign>[-+*/()]|==|!=|<=|>=|<|>))\s*",
    re.ASCII,
)
# So that what is nested deeply ends in an answer, not in a traceback.
_MOST_TOKENS: Final = 100
_MOST_SHOWN: Final = 200
_COMPARES: Final[dict[type[ast.cmpop], str]] = {
    ast.Eq: "==",
    ast.NotEq: "!=",
    ast.LtE: "<=",
    ast.GtE: ">=",
    ast.Lt: "<",
    ast.Gt: ">",
}
_SIGNS: Final[dict[type[ast.operator], str]] = {
    ast.Add: "+",
    ast.Sub: "-",
    ast.Mult: "*",
    ast.Div: "/",
}


class Comparison(NamedTuple):
    """A line as it was read: `left` compared with `right`, units not yet looked at."""

    text: str
    compare: str
    left: Expression
    right: Expression


def comparison(text: object, words: Vocabulary) -> Comparison:
    """What `text` says in the `words` that there are; raises BadInput where it says nothing."""
    if not isinstance(text, str):
        raise BadInput(words.noun, text, words.form)
    line = " ".join(text.split())
    skeleton, leaves = _taken_apart(line, words)
    try:
        tree = ast.parse(skeleton, mode="eval").body
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        raise _unread(line, words) from None
    if not isinstance(tree, ast.Compare) or len(tree.ops) > 1:
        raise _unread(line, words)
    left, right = (_expression(side, leaves) for side in (tree.left, tree.comparators[0]))
    if left is None or right is None:
        raise _unread(line, words)
    return Comparison(line, _COMPARES[type(tree.ops[0])], left, right)


def _taken_apart(line: str, words: Vocabulary) -> tuple[str, dict[str, Expression]]:
    """Python's text with a name in place of each leaf, and the leaves by those names."""
    parts, leaves, place = list[str](), dict[str, Expression](), 0
    while place < len(line):
        token = _TOKEN.match(line, place)
        if token is None or len(parts) == _MOST_TOKENS:
            raise _unread(line, words)
        if token["sign"] is None:
            name = f"_{len(leaves)}"
            leaves[name] = _leaf(line, token, words)
        parts.append(token["sign"] or name)
        place = token.end()
    return " ".join(parts), leaves


def _leaf(line: str, token: re.Match[str], words: Vocabulary) -> Expression:
    if token["name"] is not None:
        return words.measure(token["name"])
    unit = "".join((token["unit"] or "").split())
    try:
        number = float(Decimal(token["number"]) * (UNITS[unit][1] if unit in UNITS else 1))
    except ArithmeticError:
        number = math.inf
    if math.isinf(number):
        raise BadInput(f"number in the {words.noun} '{line}'", token["number"], "such as 0.5")
    return Number(number, unit)


def _expression(node: ast.expr, leaves: dict[str, Expression]) -> Expression | None:
    """None for what is no arithmetic."""
    if isinstance(node, ast.Name):
        return leaves[node.id]
    if isinstance(node, ast.UnaryOp):
        operand = _expression(node.operand, leaves)
        if operand is None or isinstance(node.op, ast.UAdd):
            return operand
        if isinstance(operand, Number):
            return Number(-operand.value, operand.unit)
        return Arithmetic("-", Number(0.0), operand)
    if not isinstance(node, ast.BinOp) or type(node.op) not in _SIGNS:
        return None
    left, right = _expression(node.left, leaves), _expression(node.right, leaves)
    if left is None or right is None:
        return None
    return Arithmetic(_SIGNS[type(node.op)], left, right)


def _unread(line: str, words: Vocabulary) -> BadInput:
    got = line if len(line) <= _MOST_SHOWN else f"{line[:_MOST_SHOWN]}…"
    return BadInput(words.noun, got, words.form)
