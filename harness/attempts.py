"""Every data-plane call, noted: a KMS client that is what it wraps, and writes each attempt down.

So that no part of the harness can call KMS without being counted.
"""

from collections.abc import Callable, Mapping
from typing import Protocol

from harness.clock import Clock
from harness.errors import BadInput, KmsError
from harness.journal import CODE, OPERATION, Journal, Kind
from harness.kms import DataKey, Kms, Retried

_GENERATE = OPERATION["GenerateDataKey"]
_DECRYPT = OPERATION["Decrypt"]


class Listener(Protocol):
    """Told of what happens, for a live table; the journal is what counts."""

    def __call__(self, name: str, seconds: float, size: int, code: str | None) -> None:
        """`name` of what ended, how long it took, its bytes, the error code or None."""
        ...


class Attempts:
    """The data plane, one noted attempt a call. Raises what the client raises."""

    def __init__(
        self,
        connect: Callable[[Retried], Kms],
        journal: Journal,
        clock: Clock,
        listen: Listener,
        budget: int | None = None,
    ) -> None:
        """`connect` makes the client, given whom to tell of the retries it makes by itself;
        `budget` is the most attempts there may be (None: any number)."""
        self._journal, self._listen = journal, listen
        self._now: Callable[[], float] = clock.time
        self._left = float("inf") if budget is None else budget
        self._kms = connect(self._retried)

    def generate(self, context: Mapping[str, str], recording: int = 0, attempt: int = 1) -> DataKey:
        start = self._spend()
        try:
            key = self._kms.generate_data_key(context)
        except KmsError as error:
            self._note(_GENERATE, "GenerateDataKey", start, recording, attempt, error.code)
            raise
        self._note(_GENERATE, "GenerateDataKey", start, recording, attempt, None)
        return key

    def decrypt(
        self, wrapped: bytes, context: Mapping[str, str], recording: int = 0, attempt: int = 1
    ) -> bytes:
        start = self._spend()
        try:
            plaintext = self._kms.decrypt(wrapped, context)
        except KmsError as error:
            self._note(_DECRYPT, "Decrypt", start, recording, attempt, error.code)
            raise
        self._note(_DECRYPT, "Decrypt", start, recording, attempt, None)
        return plaintext

    def close(self) -> None:
        self._kms.close()

    def _spend(self) -> float:
        """One attempt off the budget; the time. Raises BadInput where the budget is spent."""
        if self._left <= 0:
            raise BadInput("the request budget is spent", wanted="a larger --request-budget")
        self._left -= 1
        return self._now()

    def _retried(self, name: str, seconds: float, code: str) -> None:
        """An attempt that the SDK will repeat by itself; its rows have attempt 0."""
        self._left -= 1
        self._note(OPERATION[name], name, self._now() - seconds, 0, 0, code)

    def _note(
        self,
        operation: int,
        name: str,
        start: float,
        recording: int,
        attempt: int,
        code: str | None,
    ) -> None:
        now = self._now()
        place = 0 if code is None else CODE.get(code, CODE["Other"])
        self._journal.append(
            Kind.ATTEMPT, now, start, recording, 0, min(attempt, 65535), place, operation
        )
        self._listen(name, now - start, 0, code)
