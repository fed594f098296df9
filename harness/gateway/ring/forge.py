"""Makes RSA pairs for a foundry, as a process of its own: a spec a line in, a pair in hex out.

It ends with its input, so it never outlives who asked for it, however that one ends.
"""

import os
import sys
from contextlib import suppress
from typing import Final

from harness.gateway.ring.generation import new_secret

_POLITELY: Final = 5


def main() -> None:
    """Make what is ordered, one after the other."""
    os.nice(_POLITELY)
    for line in sys.stdin:
        sys.stdout.write(new_secret(line.strip(), os.urandom).hex() + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    with suppress(BrokenPipeError):
        main()
