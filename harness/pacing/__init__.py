"""How fast to take recordings out of the buffer: what is to stop a drain from being a storm itself.

Beside a plan's workers, which bound how many are in KMS's hands at once whatever the pacing.
"""

from typing import Protocol

from harness.errors import Failure


class Pacing(Protocol):
    """Says when the next recording may be started. Times in epoch seconds; one thread."""

    def next_s(self, now_s: float) -> float:
        """The earliest time at which one more may be started; `now_s` or before: at once."""
        ...

    def started(self, now_s: float) -> None:
        """One was."""
        ...

    def ended(self, now_s: float, failure: Failure | None) -> None:
        """One that was started has ended: well, or in a failure."""
        ...
