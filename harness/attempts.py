"""Every data-plane call, noted: a KMS client that is what it wraps, and writes each attempt down.

So that no part of the harness can call KMS without being counted.
"""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

from harness.clock import Clock
from harness.envelope import Wrapped
from harness.errors import BadInput, KmsError
from harness.journal import CODE, OPERATION, Journal, Kind
from harness.kms import DataKey, KeyPair, Kms, Retried

T = TypeVar("T")


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
        key: str,
        budget: int | None = None,
    ) -> None:
        """`connect` makes the client, given whom to tell of the retries it makes by itself; `key`
        is the ARN that it makes data keys under; `budget` is the most attempts there may be."""
        self._journal, self._listen = journal, listen
        self._now: Callable[[], float] = clock.time
        self._left = float("inf") if budget is None else budget
        self.answered: Counter[str | None] = Counter()  # attempts by error code, None for success
        self._places = {_name(key): 0}
        self._kms = connect(self._retried)

    def behalf(self, recording: int, attempt: int) -> "Behalf":
        """The same calls, noted as those of one recording."""
        return Behalf(self, recording, attempt)

    def generate(self, context: Mapping[str, str], recording: int = 0, attempt: int = 1) -> DataKey:
        return self._noted(
            "GenerateDataKey", recording, attempt, lambda: self._kms.generate_data_key(context)
        )

    def generate_pair(
        self, context: Mapping[str, str], recording: int = 0, attempt: int = 1
    ) -> KeyPair:
        return self._noted(
            "GenerateDataKeyPairWithoutPlaintext",
            recording,
            attempt,
            lambda: self._kms.generate_key_pair(context),
        )

    def decrypt(
        self,
        wrapped: bytes,
        context: Mapping[str, str],
        key: str | None,
        recording: int = 0,
        attempt: int = 1,
    ) -> bytes:
        return self._noted(
            "Decrypt", recording, attempt, lambda: self._kms.decrypt(wrapped, context, key)
        )

    def watched(self, client: Any) -> Any:
        """A boto3 client, a handshake's, of which each data-plane call is an attempt like any
        other. One call at a time, without retries of its own."""
        began = [0.0]

        def before(model: Any, **_: Any) -> None:
            began[0] = self._spend() if model.name in OPERATION else 0.0

        def after(model: Any, parsed: Any, **_: Any) -> None:
            if model.name in OPERATION:
                self._note(model.name, began[0], 0, 1, parsed.get("Error", {}).get("Code"))

        def unanswered(event_name: str, **_: Any) -> None:
            name = event_name.rpartition(".")[2]
            if name in OPERATION:
                self._note(name, began[0], 0, 1, "ConnectionError")

        client.meta.events.register("before-call.kms", before)
        client.meta.events.register("after-call.kms", after)
        client.meta.events.register("after-call-error.kms", unanswered)
        return client

    def link(self, key: str) -> None:
        """Make what is made from now on under this key."""
        self._kms.link(key)
        self.place(key)

    def place(self, key: str) -> int:
        """Which of the run's keys this is, in order of use. Replicas of a multi-Region key are
        one."""
        return self._places.setdefault(_name(key), len(self._places))

    def close(self) -> None:
        self._kms.close()

    def _noted(self, name: str, recording: int, attempt: int, call: Callable[[], T]) -> T:
        start = self._spend()
        try:
            made = call()
        except KmsError as error:
            self._note(name, start, recording, attempt, error.code)
            raise
        except BaseException:
            # Whoever called is being ended: KMS may have been asked, and nobody hears its answer.
            self._note(name, start, recording, attempt, "ConnectionError")
            raise
        self._note(name, start, recording, attempt, None)
        return made

    def _spend(self) -> float:
        """One attempt off the budget; the time. Raises BadInput where the budget is spent."""
        if self._left <= 0:
            raise BadInput("the request budget is spent", wanted="a larger --request-budget")
        self._left -= 1
        return self._now()

    def _retried(self, name: str, seconds: float, code: str) -> None:
        """An attempt that the SDK will repeat by itself; its rows have attempt 0."""
        self._left -= 1
        self._note(name, self._now() - seconds, 0, 0, code)

    def _note(
        self, name: str, start: float, recording: int, attempt: int, code: str | None
    ) -> None:
        now, tried = self._now(), min(attempt, 65535)
        place = 0 if code is None else CODE.get(code, CODE["Other"])
        self._journal.append(Kind.ATTEMPT, now, start, recording, 0, tried, place, OPERATION[name])
        self.answered[code] += 1
        self._listen(name, now - start, 0, code)


@dataclass(frozen=True, slots=True)
class Behalf:
    """The way to KMS on behalf of one recording: a harness.materials.Calls."""

    attempts: Attempts
    recording: int
    attempt: int

    def generate(self, context: Mapping[str, str]) -> DataKey:
        return self.attempts.generate(context, self.recording, self.attempt)

    def generate_pair(self, context: Mapping[str, str]) -> KeyPair:
        return self.attempts.generate_pair(context, self.recording, self.attempt)

    def decrypt(self, wrapped: Wrapped) -> bytes:
        blob, context, key = wrapped.blob, wrapped.context, wrapped.key
        return self.attempts.decrypt(blob, context, key, self.recording, self.attempt)


def _name(key: str) -> str:
    return key.rpartition("/")[2]
