"""Whether the two sides of a comparison, and all within them, are of the same kind."""

from harness.errors import BadInput
from harness.expect.kinds import COUNT, SHARE, UNITS, Kind, fitting
from harness.expect.syntax import Comparison
from harness.expect.tree import Arithmetic, Expression, Measure, Number, measures


def agreed(said: Comparison, noun: str) -> tuple[Comparison, str]:
    """The comparison with shares worked out, and its unit: `s`, `B`, `/s`, `share` or none.

    Raises BadInput for a unit that does not fit, or where unlike is held against unlike.
    """
    where = f"in the {noun} '{said.text}'"
    kind = _alike(said.left, said.right, where, whole=True) or COUNT
    if _percentage(said.right, where):
        return said._replace(left=_share(said.left)), "share"
    if _percentage(said.left, where):
        return said._replace(right=_share(said.right)), "share"
    return said, "share" if kind == SHARE else kind.unit


def _kind(node: Expression, where: str) -> Kind | None:
    """What the expression counts; None for a bare number, which is like everything."""
    if isinstance(node, Measure):
        return node.kind
    if isinstance(node, Number):
        if node.unit and node.unit not in UNITS:
            raise _misfit(node.unit, where, fitting(None, share=True))
        return UNITS[node.unit][0] if node.unit else None
    if node.sign in "+-":
        return _alike(node.left, node.right, where)
    left, right = _kind(node.left, where), _kind(node.right, where)
    if left is None and right is None:
        return None
    first, second = left or SHARE, right or SHARE
    return first * second if node.sign == "*" else first / second


def _alike(left: Expression, right: Expression, where: str, whole: bool = False) -> Kind | None:
    """The kind of both. With `whole`, a percentage may stand for a share of the measure's whole."""
    measured, other = (right, left) if _constant(left) else (left, right)
    kind = _kind(measured, where)
    if kind is None:
        return _kind(other, where)
    share = kind == SHARE or (whole and _whole(measured) is not None)
    if isinstance(other, Number) and other.unit and other.unit not in UNITS:
        raise _misfit(other.unit, where, fitting(kind, share))
    found = _kind(other, where)
    if found is None:
        return kind
    if kind.like(found) and (share or not _percentage(other, where)):
        return kind
    if isinstance(other, Number):
        raise _misfit(other.unit, where, fitting(kind, share))
    raise BadInput(f"both sides {where}", f"a {kind} and a {found}", "the same of both")


def _constant(node: Expression) -> bool:
    return next(measures(node), None) is None


def _percentage(node: Expression, where: str) -> bool:
    return _constant(node) and _kind(node, where) == SHARE


def _share(node: Expression) -> Expression:
    """The expression as a share of its whole; one that has none is a share already."""
    whole = _whole(node)
    return node if whole is None else Arithmetic("/", node, whole)


def _whole(node: Expression) -> Measure | None:
    """What a percentage of the expression is a share of: the one whole of all its measures."""
    found = _wholes(node)
    return next(iter(found)) if len(found) == 1 else None


def _wholes(node: Expression) -> set[Measure | None]:
    if isinstance(node, Number):
        return set()
    if isinstance(node, Measure):
        whole = node.whole and Measure(node.whole, COUNT, None, node.variant)
        return {whole or None}
    if node.sign in "+-" or _constant(node.right):
        return _wholes(node.left) | _wholes(node.right)
    return _wholes(node.right) if node.sign == "*" and _constant(node.left) else {None}


def _misfit(unit: str, where: str, wanted: str) -> BadInput:
    return BadInput(f"unit {where}", unit, wanted)
