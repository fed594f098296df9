"""Every key and alias of every account and Region we serve, found by any spelling KMS accepts.

A key is looked up on every request, so a full ARN is one dictionary away, and nothing here takes
longer for there being a million of them.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator
from typing import Final

from sortedcontainers import SortedList

from harness.gateway.refusals import not_found
from harness.gateway.ring.agenda import Agenda
from harness.gateway.ring.aliases import PREFIX, Alias
from harness.gateway.ring.keep import Forgetful, Keep
from harness.gateway.ring.key import Key
from harness.gateway.ring.propagation import Propagation
from harness.gateway.ring.spelling import missing

_ACCOUNT_AND_COLON: Final = 13


class Ring:
    """Holds what changes: records are frozen, and `put` replaces one."""

    def __init__(self, propagation: Propagation) -> None:
        self.propagation = propagation
        self.keep: Keep = Forgetful()
        self.agenda = Agenda()
        self._keys: dict[str, Key] = {}
        self._accounts: dict[tuple[str, str], str] = {}
        self._ids: dict[str, SortedList[str]] = defaultdict(SortedList)
        self._aliases: dict[str, Alias] = {}
        self._names: dict[str, SortedList[str]] = defaultdict(SortedList)
        self._pointing: dict[str, set[str]] = defaultdict(set)
        self._regions: set[str] = set()
        self._granting: dict[str, set[str]] = defaultdict(set)

    def put(self, key: Key, now: float) -> Key:
        """Add a key, or replace the record of the same ARN."""
        before = self._keys.get(key.arn)
        if before is None:
            self._regions.add(key.region)
            self._accounts[key.region, key.id] = key.account
            self._ids[key.arn.removesuffix(f"key/{key.id}")].add(key.id)
        else:
            self.propagation.changed(before, now)
        if key.grants:
            self._granting[key.region].add(key.arn)
        elif before is not None and before.grants:
            self._granting[key.region].discard(key.arn)
        self._keys[key.arn] = key
        self.agenda.note(key)
        self.keep.put(key)
        return key

    def forget(self, key: Key) -> None:
        """The key is gone, and its aliases with it."""
        del self._keys[key.arn], self._accounts[key.region, key.id]
        self._ids[key.arn.removesuffix(f"key/{key.id}")].remove(key.id)
        for arn in list(self._pointing.get(key.arn, ())):
            self.drop_alias(arn)
        self._pointing.pop(key.arn, None)
        self._granting[key.region].discard(key.arn)
        self.keep.drop(key)

    def advance(self, now: float, come_due: Callable[[Key, float], None]) -> None:
        """Let happen what was due by `now`; `come_due` puts or forgets the key."""
        for arn in self.agenda.due(now):
            key = self._keys.get(arn)
            if key is not None and key.due_s <= now:
                come_due(key, now)

    def get(self, arn: str) -> Key | None:
        """The key of this ARN, if there is one."""
        return self._keys.get(arn)

    def made_by(self, region: str, key_id: str) -> Key | None:
        """The key of this id in a Region, whosever it is."""
        account = self._accounts.get((region, key_id))
        return (account and self._keys.get(f"arn:aws:kms:{region}:{account}:key/{key_id}")) or None

    def find(self, name: str, home: str) -> Key:
        """The key of an id, a key ARN, an alias name or an alias ARN. Raises NotFoundException.

        `home` is how ARNs begin in the caller's account and Region, up to the last colon.
        """
        if name.startswith("arn:"):
            arn = name if name.startswith(home[:-_ACCOUNT_AND_COLON]) else ""
        else:
            arn = home + name if name.startswith(PREFIX) else f"{home}key/{name}"
        key = self._keys.get(arn)
        if key is None:
            alias = self._aliases.get(arn)
            if alias is None:
                raise missing(name, home)
            key = self._keys[alias.key_arn]
        return key

    def find_key(self, name: str, home: str) -> Key:
        """As `find`, for the operations that take no alias."""
        if name.split(":")[-1].startswith(PREFIX):
            raise not_found(f"Invalid keyId '{name}'")
        return self.find(name, home)

    def twins(self, key: Key) -> list[Key]:
        """The same multi-Region key in other Regions."""
        if not key.multi_region:
            return []
        found = [self.made_by(region, key.id) for region in sorted(self._regions)]
        return [one for one in found if one is not None and one.arn != key.arn]

    def granting(self, region: str) -> list[Key]:
        """The keys of a Region, of any account, that have grants."""
        return [self._keys[arn] for arn in self._granting[region]]

    def keys(self, home: str, after: str = "") -> Iterator[Key]:
        """The keys of an account in a Region, by id, from the first one past `after`."""
        ids = self._ids.get(home, SortedList())
        found = ids.irange(after, None, (False, True))
        return (self._keys[f"{home}key/{key_id}"] for key_id in found)

    def aliases(self, home: str, after: str = "") -> Iterator[Alias]:
        """The aliases of an account in a Region, by name, from the first one past `after`."""
        names = self._names.get(home, SortedList())
        return (self._aliases[home + name] for name in names.irange(after, None, (False, True)))

    def pointing_at(self, key: Key) -> list[Alias]:
        """The aliases of a key, by name."""
        return [self._aliases[arn] for arn in sorted(self._pointing.get(key.arn, ()))]

    def alias(self, arn: str) -> Alias | None:
        """The alias of this ARN, if there is one."""
        return self._aliases.get(arn)

    def put_alias(self, alias: Alias) -> None:
        """Add an alias, or point it elsewhere."""
        before = self._aliases.get(alias.arn)
        if before is None:
            self._names[alias.arn.removesuffix(alias.name)].add(alias.name)
        else:
            self._pointing[before.key_arn].discard(alias.arn)
        self._aliases[alias.arn] = alias
        self._pointing[alias.key_arn].add(alias.arn)
        self.keep.put(alias)

    def drop_alias(self, arn: str) -> None:
        """Raises NotFoundException where there is none."""
        alias = self._aliases.pop(arn, None)
        if alias is None:
            raise not_found(f"Alias {arn} is not found.")
        self._names[arn.removesuffix(alias.name)].remove(alias.name)
        self._pointing[alias.key_arn].discard(arn)
        self.keep.drop(alias)
