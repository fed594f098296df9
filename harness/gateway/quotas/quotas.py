"""Every quota of every account and Region, each counted in a bucket of its own.

It is the calling account that pays, whosever the key is; a custom key store's quota alone is the
store's own, and all who use its keys share it.
"""

from collections.abc import Callable, Mapping, Sequence
from math import ceil
from typing import Final, NamedTuple

from harness.errors import BadInput
from harness.gateway.quotas.bucket import Bucket, Terms
from harness.gateway.quotas.limits import (
    CLASSES,
    CONTROL_PLANE,
    KEY_STORE,
    PAIRS,
    SHARED,
    limit_of,
)

_MOST: Final = 10_000


class _Counted(NamedTuple):
    """`limit` is of each window; `pace` is windows a second, below 1 for a quota below 1."""

    bucket: Bucket
    limit: int
    pace: float


class Quotas:
    """`shared` is the data plane's calls a second, None for the Region's own; `own` are other
    limits by the name of their quota."""

    def __init__(self, terms: Terms, shared: int | None, own: Mapping[str, int]) -> None:
        self._terms, self._shared, self._own = terms, shared, own
        self._counted: dict[tuple[str, str, str], _Counted] = {}

    def __len__(self) -> int:
        return len(self._counted)

    def take(
        self,
        account: str,
        region: str,
        names: Sequence[str],
        now: float,
        lowered: Callable[[int], int] | None,
    ) -> bool:
        """Whether one more call may pass; `lowered` is what faults leave of the first quota.

        `CreateKey@eu-west-1` is the quota of that name in another Region. A call passes all its
        quotas, or counts against none but the one that refused it.
        """
        for place, name in enumerate(names):
            bucket, limit, pace = self._counted.get((account, region, name)) or self._open(
                account, region, name, now
            )
            if not bucket.take(now * pace, limit if lowered is None else lowered(limit)):
                for passed in names[:place]:
                    self._open(account, region, passed, now).bucket.give_back()
                return False
            lowered = None
        return True

    def limit(self, name: str, region: str) -> float:
        """Calls a second of a quota."""
        own = self._own.get(name.partition(" ")[0])
        return limit_of(name, region, self._shared) if own is None else own

    def _open(self, account: str, region: str, name: str, now: float) -> _Counted:
        if name.startswith(KEY_STORE):
            account = ""
        name, _, elsewhere = name.partition("@")
        whose = (account, elsewhere or region, name)
        if (found := self._counted.get(whose)) is not None:
            return found
        if len(self._counted) >= _MOST:
            self._forget(now)
        limit = self.limit(name, whose[1])
        pace = limit if 0 < limit < 1 else 1.0
        made = _Counted(Bucket(self._terms), ceil(limit), pace)
        self._counted[whose] = made
        return made

    def _forget(self, now: float) -> None:
        """Let go of what was not asked of late; where all was, of the half opened first."""
        idle_s = 2 + self._terms.burst_s
        kept = {
            whose: counted
            for whose, counted in self._counted.items()
            if counted.bucket.begun(now * counted.pace - idle_s)
        }
        if len(kept) > _MOST // 2:
            kept = dict(list(kept.items())[-_MOST // 2 :])
        self._counted = kept


def parse(texts: Sequence[str]) -> dict[str, int]:
    """`CreateKey=1000` and the like. Raises BadInput."""
    known = {SHARED, *CLASSES, *CONTROL_PLANE, *PAIRS}
    found: dict[str, int] = {}
    for text in texts:
        name, _, count = text.partition("=")
        if name not in known or not count.isdecimal():
            wanted = f"NAME=CALLS_A_SECOND with a name of {', '.join(sorted(known))}"
            raise BadInput("--quota-of", text, wanted)
        found[name] = int(count)
    return found
