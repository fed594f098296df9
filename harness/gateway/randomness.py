"""Random bytes by the slice: the operating system is asked once for hundreds of data keys."""

from collections.abc import Callable

RandomBytes = Callable[[int], bytes]


class Pool:
    """Callable as `os.urandom` is; hands out each byte once."""

    def __init__(self, source: RandomBytes, block_bytes: int = 16_384) -> None:
        self._source, self._block_bytes = source, block_bytes
        self._block, self._at = b"", 0

    def __call__(self, count: int) -> bytes:
        at, end = self._at, self._at + count
        if end > len(self._block):
            self._block = self._source(max(self._block_bytes, count))
            at, end = 0, count
        self._at = end
        return self._block[at:end]
