"""Before an upstream that lets everybody do everything: what its keys' policies and grants do not
allow is refused here, in KMS's words, and goes no further."""

import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Final

from harness.errors import KmsError
from harness.gateway.call import Call
from harness.gateway.caller import Caller
from harness.gateway.iam.authorise import hidden
from harness.gateway.refusals import invalid, refusal
from harness.gateway.ring.key import Key
from harness.gateway.ring.spelling import missing
from harness.gateway.upstream.asked import CRYPTOGRAPHY, ON_ACCOUNT, Name, names
from harness.gateway.upstream.leave import demand_leave
from harness.gateway.upstream.line import Reply
from harness.gateway.upstream.mirror import Mirror
from harness.gateway.upstream.relay import Relay
from harness.gateway.upstream.told import Granted, read

_CHANGES: Final = frozenset(
    {
        "CreateAlias",
        "CreateGrant",
        "DeleteAlias",
        "PutKeyPolicy",
        "ReplicateKey",
        "RetireGrant",
        "RevokeGrant",
        "TagResource",
        "UntagResource",
        "UpdateAlias",
        "UpdatePrimaryRegion",
    }
)
# How an upstream says that there is no such key, or none that it would tell us of.
_ABSENT: Final = frozenset({"AccessDeniedException", "NotFoundException"})
_MOST_TOKENS: Final = 10_000


class Enforced(Relay):
    """Asks the upstream in the name of those who may. Who belongs to the customer's account belongs
    there to the account that owns the keys, whichever that is. `clock` is epoch seconds."""

    def __init__(self, clock: Callable[[], float], *usual: Any) -> None:
        """`usual` is what any relay takes."""
        super().__init__(*usual)
        self._clock, self._world = clock, self._front.world
        self._mirror = Mirror(self._world.ring, self._send, clock, time.monotonic)
        self._owner = self._world.account
        self._denied = 0
        # Which key's which grant a token names, of the tokens that went through here.
        self._tokens: dict[str, tuple[str, str]] = {}
        self._world.grant_named = lambda token: self._tokens.get(token, ("", ""))[1]

    def counters(self) -> dict[str, Any]:
        own = {"looked_up": self._mirror.looked_up, "denied": self._denied}
        return super().counters() | own

    async def ask(self, operation: str, body: bytes, caller: Caller) -> Reply:
        asked = self._front.decoded(operation, body)
        try:
            await self._demand(operation, asked, caller)
        except KmsError as error:
            self._denied += error.code == "AccessDeniedException"
            raise
        try:
            reply = await super().ask(operation, body, caller)
        finally:
            if operation in _CHANGES:
                self._mirror.changed()
        if operation == "CreateGrant" and reply.status == 200:
            self._remember(asked.key_id, read(reply.body, Granted))
        return reply

    async def _demand(self, operation: str, asked: Any, caller: Caller) -> None:
        """Raises KmsError unless the caller may do this."""
        wanted = self._names(operation, asked, caller.region)
        own, anew = caller.identity.policy.text, operation not in CRYPTOGRAPHY
        found = {member: await self._look_up(name, own, anew) for member, name in wanted.items()}
        call = Call(self._world, self._owning(caller, found), operation, asked, self._clock())
        keys = {member: _reached(call, wanted[member], one) for member, one in found.items()}
        demand_leave(call, keys, any(name.by_blob for name in wanted.values()))
        if operation in ON_ACCOUNT:
            self._demand_home(call)

    def _names(self, operation: str, asked: Any, region: str) -> dict[str, Name]:
        token = asked.grant_token if operation == "RetireGrant" else None
        if token is None:
            return names(operation, asked, region)
        if asked.key_id or asked.grant_id:  # which of the two would count there?
            raise invalid("Grant token OR (grant ID, key ID) must be specified")
        if token not in self._tokens:
            raise refusal("InvalidGrantTokenException")
        return {"key_id": Name(self._tokens[token][0], region)}

    async def _look_up(self, name: Name, own_policy: str, anew: bool) -> Key | None:
        """The key, or None where there is none. Raises KmsError where that cannot be told."""
        if name.region not in self._world.regions:
            return None
        try:
            return await self._mirror.key(name.region, name.text, own_policy, anew=anew)
        except KmsError as error:
            if error.code not in _ABSENT:
                raise
            return None

    def _owning(self, caller: Caller, found: Mapping[str, Key | None]) -> Caller:
        """The caller; of the account of the keys found if of the customer's."""
        accounts = (one.account for one in found.values() if one)
        self._owner = next(accounts, self._owner)
        identity, account = caller.identity, self._world.account
        if identity.account != account or account == self._owner:
            return caller
        arn = identity.arn.replace(f":{account}:", f":{self._owner}:", 1)
        return caller._replace(identity=replace(identity, arn=arn))

    def _demand_home(self, call: Call) -> None:
        """Upstream all callers are one, so what is about an account would be about the owner's."""
        if call.operation == "ListRetirableGrants":
            own = f":{call.account}:" in (call.asked.retiring_principal or "")
        else:
            own = call.operation == "GenerateRandom" or call.account == self._owner
        if not own:
            text = f"The gateway passes {call.operation} on for the account of the keys only."
            raise refusal("AccessDeniedException", text)

    def _remember(self, key: str, made: Granted) -> None:
        if len(self._tokens) >= _MOST_TOKENS:
            del self._tokens[next(iter(self._tokens))]
        self._tokens[made.grant_token] = key, made.grant_id


def _reached(call: Call, name: Name, found: Key | None) -> Key:
    """The key, if the name leads the caller to it. Raises KmsError as KMS does where not."""
    if found and (name.by_blob or _leads(call, name.text, found)):
        return found
    if name.by_blob:
        action = "ReEncryptFrom" if call.operation == "ReEncrypt" else call.operation
        raise hidden(call.caller.identity, f"kms:{action}", True)

    def find(text: str, home: str) -> Key:
        raise missing(text, home)

    return call.found(find, name.text)


def _leads(call: Call, name: str, key: Key) -> bool:
    """Whether a name is of the key's account and Region; one that says none is of the caller's."""
    if name.startswith("arn:"):
        return name.split(":")[:5] == key.arn.split(":")[:5]
    return key.account == call.account
