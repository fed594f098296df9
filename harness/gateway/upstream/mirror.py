"""The upstream's keys as it has them: read there, remembered for a moment, read anew once changed.

They lie in the gateway's own ring, so that a change takes its time to be felt (`--propagation`) as
one of its own keys' would.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any, Final, NamedTuple, TypeVar

import msgspec

from harness.errors import KmsError
from harness.gateway.refusals import refusal
from harness.gateway.ring.aliases import Alias
from harness.gateway.ring.key import Key
from harness.gateway.ring.ring import Ring
from harness.gateway.upstream.line import Reply
from harness.gateway.upstream.told import (
    Described,
    Page,
    PolicyTold,
    key_of,
    read,
)

# Somebody may change a key behind our back; so late it is felt.
AGE_S: Final = 1.0
_MOST: Final = 10_000
_MOST_PAGES: Final = 1_000
_MOST_TRIES: Final = 3
_LATER: Final = "ServiceUnavailableException"
_T = TypeVar("_T")
# Region, name, and whether the caller's own policy may ask for tags or aliases
_Asked = tuple[str, str, bool]
# operation, body, Region
Send = Callable[[str, bytes, str], Awaitable[Reply]]


class _Error(msgspec.Struct):
    type: str = msgspec.field(name="__type", default="")
    message: str = ""


class _Entry(NamedTuple):
    key: Key
    began_s: float


class Mirror:
    """Keys by Region and any of their names. `send` asks the upstream, `clock` is epoch seconds
    as propagation counts them, `monotonic` what ages are told by."""

    def __init__(
        self,
        ring: Ring,
        send: Send,
        clock: Callable[[], float],
        monotonic: Callable[[], float],
    ) -> None:
        self._ring, self._send, self._clock, self._monotonic = ring, send, clock, monotonic
        self._entries: dict[_Asked, _Entry] = {}
        self._reading: dict[_Asked, asyncio.Future[_Entry]] = {}
        self._noted_s: dict[str, float] = {}
        self._changed_s, self._changed_at_s = float("-inf"), 0.0
        self.looked_up = 0

    def changed(self) -> None:
        """Something went through that may have changed keys: nothing read before counts."""
        self._changed_s, self._changed_at_s = self._monotonic(), self._clock()

    async def key(self, region: str, name: str, own_policy: str, *, anew: bool) -> Key:
        """The key of this name. Raises KmsError as the upstream does where it has none.

        `own_policy` is the caller's identity policy, which may ask for tags or aliases too; `anew`
        takes nothing that was read before.
        """
        if max(len(self._entries), len(self._noted_s)) >= _MOST:
            self._forget()
        at = region, name, _asks_for_more(own_policy)
        if anew:
            return (await self._looked_up(*at)).key
        entry = self._entries.get(at)
        if entry is not None and self._holds(entry):
            return entry.key
        reading = self._reading.get(at)
        # One reads, the others wait: for what it finds, and no longer than it does.
        entry = await (asyncio.shield(reading) if reading else self._begin(at))
        return entry.key

    def _holds(self, entry: _Entry) -> bool:
        aged = self._monotonic() - entry.began_s >= AGE_S
        return entry.began_s > self._changed_s and not aged

    async def _begin(self, at: _Asked) -> _Entry:
        reading = self._reading[at] = asyncio.get_running_loop().create_future()
        try:
            found = self._entries[at] = await self._looked_up(*at)
        except BaseException as error:
            text = "the one who looked was called off"
            told = error if isinstance(error, KmsError) else refusal(_LATER, text)
            reading.set_exception(told)
            reading.exception()  # whether or not anyone else waits
            raise
        finally:
            del self._reading[at]
        reading.set_result(found)
        return found

    def _forget(self) -> None:
        for arn in self._noted_s:
            if key := self._ring.get(arn):
                self._ring.forget(key)
        self._entries.clear()
        self._noted_s.clear()

    async def _looked_up(self, region: str, name: str, more: bool) -> _Entry:
        """As it is now: read once more where it changed meanwhile, within reason."""
        for _ in range(_MOST_TRIES):
            began_s = self._monotonic()
            key, aliases = await self._read(region, name, more)
            if began_s > self._changed_s:
                break
        return _Entry(self._noted(key, aliases), began_s)

    async def _read(self, region: str, name: str, more: bool) -> tuple[Key, set[str] | None]:
        """The key, and the ARNs of its aliases where a policy may ask for them or for its tags."""
        said = (await self._ask("DescribeKey", Described, region, KeyId=name)).key_metadata
        of = {"KeyId": said.arn}
        told, grants = await asyncio.gather(
            self._ask("GetKeyPolicy", PolicyTold, region, **of, PolicyName="default"),
            self._pages("ListGrants", region, lambda page: page.grants, **of),
        )
        if not (more or _asks_for_more(told.policy)):
            before = self._ring.get(said.arn)
            return key_of(said, told.policy, grants, before.tags if before else {}), None
        tags, aliases = await asyncio.gather(
            self._pages("ListResourceTags", region, lambda page: page.tags, **of),
            self._pages("ListAliases", region, lambda page: page.aliases, **of),
        )
        named = {one.get("TagKey", ""): one.get("TagValue", "") for one in tags}
        key = key_of(said, told.policy, grants, named)
        return key, {str(one.get("AliasArn")) for one in aliases}

    def _noted(self, key: Key, aliases: set[str] | None) -> Key:
        """The key, as it now lies in the ring: put there anew only where it has changed."""
        before = self._ring.get(key.arn)
        if before is not None and before.policy.text == key.policy.text:
            key = replace(key, policy=before.policy)
        if before is None or before != key:
            self._ring.put(key, self._since_s(key.arn))
        self._noted_s[key.arn] = self._monotonic()
        if aliases is not None:
            for gone in {alias.arn for alias in self._ring.pointing_at(key)} - aliases:
                self._ring.drop_alias(gone)
            for arn in aliases:
                self._ring.put_alias(Alias(arn, key.arn, created_s=0.0, updated_s=0.0))
        return key

    def _since_s(self, arn: str) -> float:
        """When a key became what it was found to be: with a change through here, if there was one
        since it was read last."""
        through_here = self._noted_s.get(arn, float("inf")) <= self._changed_s
        return self._changed_at_s if through_here else self._clock()

    async def _pages(
        self, operation: str, region: str, of: Callable[[Page], tuple[_T, ...]], **fields: Any
    ) -> list[_T]:
        found: list[_T] = []
        for _ in range(_MOST_PAGES):
            page = await self._ask(operation, Page, region, **fields)
            found += of(page)
            if not page.truncated:
                return found
            fields |= {"Marker": page.next_marker}
        text = f"the upstream's {operation} does not end"
        raise refusal(_LATER, text)

    async def _ask(self, operation: str, kind: type[_T], region: str, **fields: Any) -> _T:
        self.looked_up += 1
        reply = await self._send(operation, msgspec.json.encode(fields), region)
        if reply.status == 200:
            return read(reply.body, kind)
        said = read(reply.body, _Error)
        code = said.type.rpartition("#")[2] or _LATER
        raise KmsError(code, said.message, reply.status)


def _asks_for_more(policies: str) -> bool:
    """Whether policies may ask for a key's tags or aliases."""
    text = policies.lower()
    return "resourcetag" in text or "resourcealiases" in text
