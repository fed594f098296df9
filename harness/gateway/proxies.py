"""External key store proxies, simulated: how long they take, and that they may not answer at all.

KMS waits 250 ms for a proxy. What goes wrong behind it KMS tells of in one code for all, whatever
the cause; the message alone says whether another try could help.
"""

import random
from typing import Final, NamedTuple

from harness.gateway.latency import Latency
from harness.gateway.quotas.bucket import Bucket, Terms

LIMIT_S: Final = 0.250
USUAL: Final = Latency(
    0.030, 0.100
)  # a guess: AWS wants at most 35 ms of network, and tells no more

# As the developer guide has them, under "Latency and timeout errors" and "Proxy issues".
TIMED_OUT: Final = (
    "AWS KMS rejected the request because the external key store proxy did not respond in time. "
    "Retry the request. If you see this error repeatedly, report it to your external key store "
    "proxy administrator."
)
THROTTLED: Final = (
    "The external key store proxy rejected the request due to a very high request rate. "
    "Reduce the frequency of your calls using KMS keys in this external key store."
)
CORRUPT: Final = (
    "The external key store proxy rejected the request because the specified ciphertext or "
    "additional authenticated data is corrupted, missing, or otherwise invalid."
)


class Asked(NamedTuple):
    """How long KMS waited for a proxy, and what went wrong, if anything did."""

    waited_s: float
    trouble: str = ""


class Proxies:
    """Every store's proxy. All take as long, and each answers `quota` calls a second, if set."""

    def __init__(self, latency: Latency, rng: random.Random) -> None:
        self._rng = rng
        self._buckets: dict[str, Bucket] = {}
        self.change(latency, None)

    def change(self, latency: Latency, quota: int | None) -> None:
        """Take as long, and answer as many, from now on."""
        self._draw, self._quota = latency.sampler(self._rng), quota

    def ask(self, store_id: str, now: float) -> Asked:
        """Have a store's proxy do something."""
        waited_s = self._draw()
        if waited_s > LIMIT_S:
            return Asked(LIMIT_S, TIMED_OUT)
        if self._quota is not None:
            bucket = self._buckets.setdefault(store_id, Bucket(Terms()))
            if not bucket.take(now, self._quota):
                return Asked(waited_s, THROTTLED)
        return Asked(waited_s)
