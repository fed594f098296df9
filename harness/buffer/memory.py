"""A buffer in memory: the fastest, and gone with the process. To compare, and for virtual time."""

from harness.buffer._held import Held

__all__ = ["MemoryBuffer"]


class MemoryBuffer(Held):
    """Holds what waits, and what is given up on is kept aside for as long as the process lives."""

    keeps = True
