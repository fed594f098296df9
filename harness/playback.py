"""The evaluator: fetch a sealed recording, unwrap its key by KMS, and compare every byte.

Its "Encryption Error" is what an evaluator sees when KMS does not give the key.
"""

import random
from collections.abc import Callable
from typing import Final

from harness.attempts import Attempts, Listener
from harness.clock import Clock
from harness.envelope import Wrapped, unseal
from harness.errors import Corrupt, KmsError
from harness.journal import PLAYBACKS, Journal, Kind
from harness.materials import Materials
from harness.recording import Source
from harness.retry import PATIENCE, RetryPolicy, patiently
from harness.store import Store

# What says that the wrapped key is not what it should be; all else is about KMS or the key.
_NOT_THIS_KEYS: Final = frozenset({"InvalidCiphertextException", "IncorrectKeyException"})


class Playback:
    """Plays recordings back and notes how each went."""

    def __init__(
        self,
        store: Store,
        attempts: Attempts,
        materials: Materials,
        source: Source,
        journal: Journal,
        clock: Clock,
        policy: RetryPolicy,
        organization: str,
        listen: Listener,
        seed: int,
        patience: int = PATIENCE,
    ) -> None:
        """`patience` is how many times KMS is asked, at most, by whoever waits for a recording."""
        self._store, self._attempts, self._source = store, attempts, source
        self._materials = materials
        self._journal, self._clock, self._listen = journal, clock, listen
        self._policy, self._organization = policy, organization
        self._rng, self._patience = random.Random(seed), patience

    def play(self, recording: int, since_s: float | None = None) -> str:
        """The outcome, one of journal.PLAYBACKS. `since_s` is when it was meant to begin."""
        start = self._clock.time() if since_s is None else since_s
        outcome = self._outcome(recording)
        now = self._clock.time()
        self._journal.append(Kind.PLAYBACK, now, start, recording, code=PLAYBACKS.index(outcome))
        self._listen("playback", now - start, 0, None if outcome == "ok" else outcome)
        return outcome

    def _outcome(self, recording: int) -> str:
        envelope = self._store.get(recording)
        if envelope is None:
            return "missing"
        try:
            payload = unseal(envelope, recording, self._organization, self._unwrap(recording))
        except KmsError as error:
            return "corrupt" if error.code in _NOT_THIS_KEYS else "encryption_error"
        except Corrupt:
            return "corrupt"
        return "ok" if self._source.holds(recording, payload) else "corrupt"

    def _unwrap(self, recording: int) -> Callable[[Wrapped], bytes]:
        def unwrap(wrapped: Wrapped) -> bytes:
            return patiently(
                lambda n: self._materials.unwrap(wrapped, self._attempts.behalf(recording, n)),
                self._policy,
                self._clock,
                self._rng,
                self._patience,
            )

        return unwrap
