"""Every quota of every account and Region, each counted in a bucket of its own."""

from collections.abc import Callable, Mapping, Sequence

from harness.errors import BadInput
from harness.gateway.quotas.bucket import Bucket, Terms
from harness.gateway.quotas.limits import CLASSES, CONTROL_PLANE, SHARED, limit_of


class Quotas:
    """`shared` is the data plane's calls a second, None for the Region's own; `own` are other
    limits by the name of their quota."""

    def __init__(self, terms: Terms, shared: int | None, own: Mapping[str, int]) -> None:
        self._terms, self._shared, self._own = terms, shared, own
        self._buckets: dict[tuple[str, str, str], tuple[Bucket, int]] = {}

    def take(
        self,
        account: str,
        region: str,
        names: Sequence[str],
        now: float,
        lowered: Callable[[int], int] | None,
    ) -> bool:
        """Whether one more call may pass; `lowered` is what faults leave of the first quota."""
        for name in names:
            bucket, limit = self._buckets.get((account, region, name)) or self._open(
                account, region, name
            )
            if not bucket.take(now, limit if lowered is None else lowered(limit)):
                return False
            lowered = None
        return True

    def limit(self, name: str, region: str) -> int:
        """Calls a second of a quota."""
        return self._own.get(name.partition(" ")[0], limit_of(name, region, self._shared))

    def _open(self, account: str, region: str, name: str) -> tuple[Bucket, int]:
        made = (Bucket(self._terms), self.limit(name, region))
        self._buckets[account, region, name] = made
        return made


def parse(texts: Sequence[str]) -> dict[str, int]:
    """`CreateKey=1000` and the like. Raises BadInput."""
    known = {SHARED, *CLASSES, *CONTROL_PLANE}
    found: dict[str, int] = {}
    for text in texts:
        name, _, count = text.partition("=")
        if name not in known or not count.isdecimal():
            wanted = f"NAME=CALLS_A_SECOND with a name of {', '.join(sorted(known))}"
            raise BadInput("--quota-of", text, wanted)
        found[name] = int(count)
    return found
