"""What a number counts: seconds, bytes, a rate, a share; so that only like is held against like."""

from decimal import Decimal
from typing import Final, NamedTuple


class Kind(NamedTuple):
    """Powers of seconds, of bytes, and of what is merely counted; a share has none of them."""

    seconds: int = 0
    octets: int = 0
    counts: int = 0

    def __mul__(self, other: "Kind") -> "Kind":  # type: ignore[override]
        return Kind(*(mine + its for mine, its in zip(self, other, strict=True)))

    def __truediv__(self, other: "Kind") -> "Kind":
        return Kind(*(mine - its for mine, its in zip(self, other, strict=True)))

    @property
    def unit(self) -> str:
        """Our own unit for it: `s`, `B`, `/s`, or none."""
        return _OWN.get(self[:2], "")

    def like(self, other: "Kind") -> bool:
        """Whether the two may be added or compared; any counts may."""
        return self[:2] == other[:2]

    def __str__(self) -> str:
        return _WORDS.get(self[:2], f"seconds^{self.seconds} bytes^{self.octets}")


TIME: Final = Kind(seconds=1)
SIZE: Final = Kind(octets=1)
RATE: Final = Kind(seconds=-1, counts=1)
COUNT: Final = Kind(counts=1)
SHARE: Final = Kind()
_OWN: Final = {TIME[:2]: "s", SIZE[:2]: "B", RATE[:2]: "/s"}
_WORDS: Final = {TIME[:2]: "time", SIZE[:2]: "size", RATE[:2]: "rate", COUNT[:2]: "number"}
# Unit: (what it measures, how many of ours it is), exactly: 95 % is 0.95, which 95 * 0.01 is not.
UNITS: Final[dict[str, tuple[Kind, Decimal]]] = {
    "us": (TIME, Decimal("1e-6")),
    "ms": (TIME, Decimal("1e-3")),
    "s": (TIME, Decimal(1)),
    "min": (TIME, Decimal(60)),
    "h": (TIME, Decimal(3600)),
    "B": (SIZE, Decimal(1)),
    "KiB": (SIZE, Decimal(2**10)),
    "MiB": (SIZE, Decimal(2**20)),
    "GiB": (SIZE, Decimal(2**30)),
    "/s": (RATE, Decimal(1)),
    "%": (SHARE, Decimal("0.01")),
}


def fitting(kind: Kind | None, share: bool) -> str:
    """The units that may be said of `kind` (of anything for None), `%` among them for a share."""
    names = [
        name
        for name, (measured, _) in UNITS.items()
        if kind is None or (share if name == "%" else measured.like(kind))
    ]
    none = kind is None or kind.like(COUNT)
    return ", ".join(names) + (" or none" if none and names else "") or "no unit"
