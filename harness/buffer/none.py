"""No buffer at all: a recording is tried at once, and what is given up on is lost.

What a platform does without an Edge buffer: "Recording Failed". To compare; not to be used.
"""

from harness.buffer._held import Held

__all__ = ["NoBuffer"]


class NoBuffer(Held):
    """Holds what is in hand, and no more: the bound is how much that may be at once, waiting for a
    worker, being tried or between two tries; above it recordings are shed. Nothing waits for a key
    that is disabled."""

    keeps = False
