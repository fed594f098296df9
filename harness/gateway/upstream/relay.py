"""What is not refused here is asked of the upstream, signed anew, and its answer comes back as is.

Admission is the embedded KMS's: wire faults, then quotas. What a key is, is not known here, so
every cryptographic operation counts as one with a symmetric key.
"""

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final

import msgspec

from harness.backend import DISPOSABLE
from harness.errors import KmsError
from harness.gateway.caller import Caller
from harness.gateway.front import Front
from harness.gateway.quotas.limits import CONTROL_PLANE, DATA_PLANE, bucket_of
from harness.gateway.refusals import THROTTLE_MESSAGE, refusal
from harness.gateway.strikes import Fate
from harness.gateway.upstream.guard import STRIKES, Budget, check, untagged
from harness.gateway.upstream.keyring import Keyring
from harness.gateway.upstream.line import Reply, Unreachable
from harness.gateway.upstream.place import Place
from harness.gateway.upstream.pool import Pool
from harness.sigv4 import Signer

_COUNTED: Final = frozenset((*DATA_PLANE, *CONTROL_PLANE))
_CODE: Final = re.compile(r"[A-Za-z]{1,64}")
# Of one connection, not of the answer.
_HOPS: Final = frozenset(
    (
        b"connection",
        b"content-length",
        b"keep-alive",
        b"te",
        b"trailer",
        b"transfer-encoding",
        b"upgrade",
    )
)


class _Refused(msgspec.Struct):
    type: str = msgspec.field(name="__type", default="")


@dataclass
class Counts:
    """Requests passed on, those of them that no answer came to, and those under way; and what the
    guard refused."""

    passed: int = 0
    failed: int = 0
    in_flight: int = 0
    guarded: int = 0


class Relay:
    """Asks the upstream in the name of those who ask `front`. `signers` are by Region."""

    def __init__(
        self, front: Front, place: Place, pool: Pool, keys: Keyring, signers: Mapping[str, Signer]
    ) -> None:
        self.place, self._front, self._pool, self._keys = place, front, pool, keys
        self._signers = signers
        self._budget = Budget(place.budget)
        self._disposable: set[str] = set()
        self._counts = Counts()

    def counters(self) -> dict[str, Any]:
        """How many requests were passed on, and what became of them."""
        return {**asdict(self._counts), "budget_left": self._budget.left}

    def admit(self, operation: str, caller: Caller, now: float, fate: Fate) -> None:
        """Raises KmsError for what a wire fault refuses, or a quota leaves no room for."""
        if fate.error is not None:
            raise fate.error
        names = (bucket_of(operation),) if operation in _COUNTED else ()
        account = caller.identity.account
        if not self._front.quotas.take(account, caller.region, names, now, fate.quota):
            raise refusal("ThrottlingException", THROTTLE_MESSAGE)

    async def ask(self, operation: str, body: bytes, caller: Caller) -> Reply:
        """The upstream's answer. Raises KmsError for what the guard refuses, or where no answer
        comes: with a code that clients try again on."""
        try:
            if self.place.keys:
                await self._check(operation, body, caller.region)
            self._budget.spend()
        except KmsError as error:
            self._counts.guarded += error.code == "AccessDeniedException"
            raise
        return await self._send(operation, body, caller.region)

    async def _check(self, operation: str, body: bytes, region: str) -> None:
        key = check(operation, body, self.place.keys)
        if operation in STRIKES and key not in self._disposable:
            self._budget.spend()
            asked = msgspec.json.encode({"KeyId": key})
            reply = await self._send("ListResourceTags", asked, region)
            if not _disposable(reply):
                raise untagged(key)
            self._disposable.add(key)

    async def _send(self, operation: str, body: bytes, region: str) -> Reply:
        self._counts.passed += 1
        self._counts.in_flight += 1
        try:
            await self._keys.renew()
            return await self._pool.ask(lambda: self._signers[region].request(operation, body))
        except Unreachable as error:
            self._counts.failed += 1
            text = f"the upstream {self.place.url} did not answer: {error}"
            raise refusal("ServiceUnavailableException", text) from None
        finally:
            self._counts.in_flight -= 1

    def close(self) -> None:
        """Hang up on the upstream."""
        self._pool.close()


def code_of(reply: Reply) -> str:
    """`ok`, or the error's code; its status where it names none."""
    if reply.status < 300:
        return "ok"
    try:
        code = msgspec.json.decode(reply.body, type=_Refused).type.rpartition("#")[2]
    except (ValueError, RecursionError):
        code = ""
    return code if _CODE.fullmatch(code) else f"HTTP{reply.status}"


def _disposable(reply: Reply) -> bool:
    """Whether a list of tags gives its key up."""
    try:
        return reply.status == 200 and DISPOSABLE in msgspec.json.decode(reply.body)["Tags"]
    except (ValueError, TypeError, KeyError, RecursionError):
        return False


def rendered(reply: Reply) -> bytes:
    """The answer as it goes to the client: status, fields and body as they came."""
    fields = [b"%b: %b\r\n" % field for field in reply.fields if field[0].lower() not in _HOPS]
    line = b"HTTP/1.1 %d %b\r\n" % (reply.status, reply.reason)
    length = b"Content-Length: %d\r\n\r\n" % len(reply.body)
    return b"".join((line, *fields, length, reply.body))
