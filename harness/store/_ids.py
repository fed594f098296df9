"""Ids in the order they came, each once; asked for at no cost, since evaluators ask often."""

from collections.abc import Iterable, Sequence


class Ids:
    """Only ever grows, so that it may be read while it does."""

    def __init__(self, known: Iterable[int]) -> None:
        self._known = set(known)
        self._order = sorted(self._known)

    def add(self, id: int) -> None:
        if id not in self._known:
            self._known.add(id)
            self._order.append(id)

    @property
    def all(self) -> Sequence[int]:
        return self._order
