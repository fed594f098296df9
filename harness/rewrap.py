"""Bulk re-encryption: stored recordings opened, sealed anew under a fresh data key, stored again.

What a customer has done after a key was replaced, or a contract demands it; two KMS calls each, of
the same quota that live recordings live on.
"""

import random

from harness.attempts import Attempts
from harness.envelope import seal, unseal
from harness.errors import HarnessError
from harness.materials import Materials
from harness.store import Store

_MOST_AT_ONCE = 256


class Rewrap:
    """Re-encrypts recordings of a store, one at a time as it is told to."""

    def __init__(
        self, store: Store, attempts: Attempts, materials: Materials, organization: str
    ) -> None:
        self._store, self._attempts, self._materials = store, attempts, materials
        self._organization = organization
        self._busy = 0
        self.done = self.failed = 0

    def one(self, rng: random.Random) -> None:
        """Re-encrypt one that is there. A failure is counted, and the recording left as it was:
        nothing is stored until the new envelope is whole."""
        kept = self._store.kept()
        if not kept or self._busy >= _MOST_AT_ONCE:
            return
        self._busy += 1
        try:
            self._again(rng.choice(kept))
            self.done += 1
        except HarnessError:
            self.failed += 1
        finally:
            self._busy -= 1

    def _again(self, recording: int) -> None:
        envelope = self._store.get(recording)
        if envelope is None:
            return
        calls = self._attempts.behalf(recording, 1)
        payload = unseal(
            envelope, recording, self._organization, lambda it: self._materials.unwrap(it, calls)
        )
        material = self._materials.material(recording, len(payload), calls)
        self._store.put(recording, seal(material, recording, payload))
