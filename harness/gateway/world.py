"""What there is: the Regions and accounts we serve, their keys, and what keys do by themselves."""

import random
from collections.abc import Callable, Iterable

from harness.errors import BadInput
from harness.gateway import proxies
from harness.gateway.iam.grants import named_by
from harness.gateway.proxies import Asked, Proxies
from harness.gateway.randomness import RandomBytes
from harness.gateway.ring.aliases import Alias
from harness.gateway.ring.due import come_due
from harness.gateway.ring.foundry import Foundry
from harness.gateway.ring.keep import Keep, Record
from harness.gateway.ring.key import Key
from harness.gateway.ring.propagation import Delay, Propagation
from harness.gateway.ring.ring import Ring
from harness.gateway.ring.stores import KeyStore, Stores


class World:
    """`regions` are those served, the first is home; `account` is the customer's.

    `random_bytes` is `os.urandom`, or anything called like it. `ahead_s` is how far the keys' time
    is ahead of the clock that quotas, faults and signatures go by.
    """

    def __init__(
        self,
        regions: tuple[str, ...],
        account: str,
        random_bytes: RandomBytes,
        propagation: Delay | None = None,
        seed: int = 0,
    ) -> None:
        self.regions, self.account, self.random_bytes = regions, account, random_bytes
        self.foundry = Foundry(random_bytes)
        self.stores = Stores()
        self.proxies = Proxies(proxies.USUAL, random.Random(f"proxies {seed}"))
        self.ring = Ring(Propagation(propagation or Delay(), seed))
        self.ahead_s = 0.0
        # The id of the grant that a token names; another KMS's tokens are of another form.
        self.grant_named: Callable[[str], str] = lambda token: named_by(token)[0]

    def remember(self, keep: Keep, records: Iterable[Record]) -> None:
        """Take in what was kept before; keep what changes from now on."""
        for record in records:
            if isinstance(record, Alias):
                self.ring.put_alias(record)
            elif isinstance(record, KeyStore):
                self.stores.put(record)
            else:
                self.hold(record)
                self.ring.put(record, record.created_s)
        self.ring.keep = keep

    def hold(self, key: Key) -> None:
        """Note which key store the key is in, if it is in one."""
        if key.store:
            self.stores.note(key.store, key.arn)

    def put_store(self, store: KeyStore) -> None:
        """Add a key store, or replace its record."""
        self.stores.put(store)
        self.ring.keep.put(store)

    def drop_store(self, store: KeyStore) -> None:
        """Take a key store away."""
        self.stores.drop(store)
        self.ring.keep.drop(store)

    def advance(self, now: float) -> None:
        """Let happen what keys do by themselves by `now`, in their own time."""
        if self.ring.agenda.soonest_s <= now:
            self.ring.advance(now, self._come_due)

    def go_ahead(self, ahead_s: float, now: float) -> None:
        """Have the keys' time so far ahead of the clock from `now` on, and happen what is due.

        Raises BadInput for a time before the one they have.
        """
        if ahead_s < self.ahead_s:
            wanted = f"{self.ahead_s:g} or more: time never goes back"
            raise BadInput("ahead_s", f"{ahead_s:g}", wanted)
        self.ahead_s = ahead_s
        self.advance(now + ahead_s)

    def ask_proxy(self, store_id: str, now: float) -> Asked:
        """Have a key store's proxy do something at `now`, in the keys' time; its quota, like all,
        goes by the clock."""
        return self.proxies.ask(store_id, now - self.ahead_s)

    def _come_due(self, key: Key, now: float) -> None:
        come_due(self.ring, key, now, self.random_bytes)
