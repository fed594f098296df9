"""What is protected: recordings of realistic kinds and sizes, their bytes made out of (seed, id).

Nothing about a recording needs to be kept to check it later: its own first bytes say which seed,
id and size it was made from, and making it again gives the same bytes.
"""

import hashlib
import random
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol

from harness.errors import BadInput

_NAME: Final = struct.Struct(">QQQ")  # a made recording begins with its seed, id and size
_POOL_BYTES: Final = 16 * 1024**2
_MOST_BYTES: Final = 1024**3
_DRAWS: Final = 8192
_STEP: Final = 0x9E3779B97F4A7C15  # odd, so consecutive ids land far apart in the pool


@dataclass(slots=True)
class Recording:
    """One finished recording: its bytes, and when its line meant to hand it in (epoch seconds)."""

    id: int
    kind: int  # its place in KINDS
    arrival_s: float
    payload: bytes


@dataclass(frozen=True)
class Kind:
    """A kind of recording: bytes a second of it, and a lognormal length."""

    name: str
    bytes_per_s: float
    median_s: float
    sigma: float
    longest_s: float

    def draw_bytes(self, rng: random.Random) -> float:
        """The size, in bytes, of a recording of this kind at full scale."""
        length_s = self.median_s * rng.lognormvariate(0.0, self.sigma)
        return self.bytes_per_s * min(length_s, self.longest_s)


# G.711 is 8,000 bytes a second a channel; agent and caller are kept apart. Screens compress to
# 0.4 to 30 MB a minute; 3 MB is a desktop with text. Calls last minutes, with a long tail.
KINDS: Final = (
    Kind("call_audio", bytes_per_s=16_000, median_s=200.0, sigma=0.7, longest_s=7_200.0),
    Kind("screen_capture", bytes_per_s=50_000, median_s=200.0, sigma=0.7, longest_s=7_200.0),
    Kind("file", bytes_per_s=0.0, median_s=0.0, sigma=0.0, longest_s=0.0),
)
KIND: Final = {kind.name: place for place, kind in enumerate(KINDS)}


class Source(Protocol):
    """Where recordings come from, and whether bytes played back are those of a recording."""

    text: str

    def make(self, id: int, arrival_s: float) -> Recording: ...
    def holds(self, id: int, payload: bytes) -> bool: ...


def check_made(mix: Mapping[str, float], scale: float) -> None:
    """Raises BadInput where no recordings can be made of this."""
    made = [kind.name for kind in KINDS if kind.bytes_per_s]
    known = all(name in made and weight >= 0 for name, weight in mix.items())
    if not known or not sum(mix.values()):
        raise BadInput("recordings' mix", dict(mix), f"weights for kinds among {', '.join(made)}")
    if not 0 < scale <= 1:
        raise BadInput("recordings' scale", scale, "a share of the real size, above 0 to 1")


class Made:
    """Recordings cut from a pool of pseudo-random bytes: reproducible, for the price of a copy."""

    def __init__(self, seed: int, mix: dict[str, float], scale: float) -> None:
        """`mix` gives each kind's weight; `scale` is the share of its real size, above 0 to 1."""
        check_made(mix, scale)
        if not 0 <= seed < 2**64:
            raise BadInput("seed", seed, "0 to 2**64 - 1")
        self._seed = seed
        self._draws = _draws(seed, mix, scale)
        self._pools = {seed: _pool(seed)}
        total = sum(mix.values())
        shares = (f"{name} {100 * weight / total:.0f} %" for name, weight in mix.items())
        self.text = f"{', '.join(shares)}, at {_fraction(scale)} of real size"

    def make(self, id: int, arrival_s: float) -> Recording:
        kind, size = self._draws[(id * _STEP >> 32) % _DRAWS]
        return Recording(id, kind, arrival_s, self._bytes(self._seed, id, size))

    def holds(self, id: int, payload: bytes) -> bool:
        if len(payload) < _NAME.size:
            return False
        seed, *made = _NAME.unpack_from(payload)
        # The size is in there too, or a recording that was cut short would pass for a shorter one.
        return made == [id, len(payload)] and payload == self._bytes(seed, id, len(payload))

    def _bytes(self, seed: int, id: int, size: int) -> bytes:
        pool = self._pools.get(seed) or self._pools.setdefault(seed, _pool(seed))
        name = _NAME.pack(seed, id, size)
        start = id * _STEP % _POOL_BYTES
        body = bytes(pool[start : start + size - len(name)])
        while len(body) < size - len(name):
            body += pool[: size - len(name) - len(body)]
        return name + body


class Files:
    """The user's own files, each recording one of them, picked by its id."""

    def __init__(self, folder: Path) -> None:
        if not folder.is_dir():
            raise BadInput("the recordings folder", str(folder), "a folder that exists")
        self._paths = sorted(p for p in folder.iterdir() if p.is_file() and p.stat().st_size)
        if not self._paths:
            raise BadInput(
                "the recordings folder", str(folder), "at least one file that is not empty"
            )
        total = sum(path.stat().st_size for path in self._paths)
        if total > _MOST_BYTES:
            wanted = f"at most {_MOST_BYTES} bytes, as they are kept in memory"
            raise BadInput("the recordings folder's size", total, wanted)
        try:
            self._payloads = [path.read_bytes() for path in self._paths]
        except OSError as error:
            raise BadInput(
                f"cannot read the recording {error.filename}: {error.strerror}"
            ) from None
        self._digests = [hashlib.sha256(payload).digest() for payload in self._payloads]
        self.text = f"{len(self._paths)} files of {folder.name}, at their real size"

    def make(self, id: int, arrival_s: float) -> Recording:
        return Recording(id, KIND["file"], arrival_s, self._payloads[self._pick(id)])

    def holds(self, id: int, payload: bytes) -> bool:
        return hashlib.sha256(payload).digest() == self._digests[self._pick(id)]

    def _pick(self, id: int) -> int:
        return (id * _STEP >> 16) % len(self._paths)


def _draws(seed: int, mix: dict[str, float], scale: float) -> list[tuple[int, int]]:
    """Kinds and sizes (bytes), drawn beforehand: a draw for each recording would cost the load."""
    rng = random.Random(seed)
    kinds = rng.choices([KIND[name] for name in mix], list(mix.values()), k=_DRAWS)
    sizes = (KINDS[kind].draw_bytes(rng) * scale for kind in kinds)
    return [(kind, max(_NAME.size, int(size))) for kind, size in zip(kinds, sizes, strict=True)]


def _pool(seed: int) -> memoryview:
    return memoryview(random.Random(seed).randbytes(_POOL_BYTES))


def _fraction(scale: float) -> str:
    return "full" if scale == 1 else f"1/{1 / scale:.0f}" if scale < 0.5 else f"{scale:.0%}"
