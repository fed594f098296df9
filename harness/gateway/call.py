"""One request as it is being answered: who asks, in which Region, when, and what they may touch."""

from collections.abc import Callable, Iterable
from itertools import chain
from typing import Any

from harness.errors import KmsError
from harness.gateway.caller import Caller
from harness.gateway.iam.authorise import authorise, authorise_account, hidden
from harness.gateway.iam.facts import RequestFacts
from harness.gateway.iam.grants import Grant
from harness.gateway.quotas.limits import DATA_PLANE
from harness.gateway.refusals import refusal
from harness.gateway.ring import ciphertext
from harness.gateway.ring.ciphertext import Blob, Context
from harness.gateway.ring.key import Key
from harness.gateway.ring.ring import Ring
from harness.gateway.world import World


class Call:
    """What an operation works with. `asked` is the request itself; `now` is the keys' time;
    `delay_s` is how much longer than usual the answer takes."""

    __slots__ = ("_peeked", "asked", "caller", "delay_s", "home", "now", "operation", "world")

    def __init__(self, world: World, caller: Caller, operation: str, asked: Any, now: float):
        self.world, self.caller, self.now = world, caller, now
        self.operation, self.asked, self.delay_s = operation, asked, 0.0
        self._peeked: tuple[str, Key | None] = "", None
        self.home = f"arn:aws:kms:{caller.region}:{caller.identity.account}:"

    @property
    def ring(self) -> Ring:
        """The keys and aliases."""
        return self.world.ring

    @property
    def account(self) -> str:
        """The caller's account."""
        return self.caller.identity.account

    def peek(self, name: str) -> Key | None:
        """The key of this name, if there is one; nothing is allowed by it."""
        try:
            self._peeked = name, self.ring.find(name, self.home)
        except KmsError:
            return None
        return self._peeked[1]

    def key(self, name: str, *, across: bool = False) -> Key:
        """The key as it is, for an operation that takes no alias and is allowed on it.

        `across` is whether the operation works on keys of other accounts. Raises KmsError.
        """
        key = self.found(self.ring.find_key, name)
        self.permit(key, across=across)
        return key

    def named(self, name: str) -> Key:
        """As `key`, by an alias too, and across accounts."""
        key = self.found(self.ring.find, name)
        self.permit(key, across=True)
        return key

    def seen(self, name: str, context: Context | None = None, action: str = "") -> Key:
        """The key by any of its names as this connection sees it, if cryptography is allowed."""
        known, key = self._peeked
        if known != name or key is None:
            key = self.found(self.ring.find, name)
        return self.view(key, context, action)

    def maker(self, blob: Blob, context: Context | None, action: str = "") -> Key:
        """The key that made a blob, as `seen`. KMS does not tell an unknown one from a forbidden
        one."""
        key = self.ring.made_by(self.caller.region, blob.key_id)
        if key is None:
            raise hidden(self.caller.identity, f"kms:{action or self.operation}", True)
        return self.view(key, context, action, by_ciphertext=True)

    def found(self, find: Callable[[str, str], Key], name: str) -> Key:
        """The key that `find` finds by this name; nothing is allowed by it.

        Raises NotFoundException; or AccessDeniedException, where another account might have it.
        """
        try:
            return find(name, self.home)
        except KmsError:
            here = self.home.removesuffix(f"{self.account}:")
            if ":key/" in name and name.startswith(here) and not name.startswith(self.home):
                raise hidden(self.caller.identity, f"kms:{self.operation}") from None
            raise

    def view(
        self, key: Key, context: Context | None, action: str, by_ciphertext: bool = False
    ) -> Key:
        seen = self.ring.propagation.seen(key, self.now, self.caller.connection)
        self.permit(
            seen,
            across=True,
            context=context,
            action=action,
            truth=key,
            by_ciphertext=by_ciphertext,
        )
        return seen

    def permit(
        self,
        key: Key,
        *,
        across: bool = False,
        context: Context | None = None,
        action: str = "",
        truth: Key | None = None,
        by_ciphertext: bool = False,
        by: Callable[[Grant], bool] | None = None,
    ) -> None:
        """Raises AccessDeniedException unless the caller may do this to the key.

        `action` is what it takes, where that is not the operation's own name. A grant whose token
        comes along counts at once; it is looked up in `truth`. Of grants only those count that
        are good `by` their content.
        """
        done = action or self.operation
        authorise(
            self.caller.identity,
            _ACTIONS.get(done) or f"kms:{done}",
            key_arn=key.arn,
            key_account=key.account,
            policy=key.policy,
            grants=filter(by, self._grants(key, truth or key)),
            facts=lambda name: self._facts(key, context, done)(name),
            context=context,
            operation=done,
            cross_account=across,
            by_ciphertext=by_ciphertext,
        )

    def permit_account(self, action: str = "", resource: str = "*") -> None:
        """Raises AccessDeniedException unless its own account lets the caller do this."""
        done = action or self.operation
        facts = self._facts(None, None, done)
        authorise_account(self.caller.identity, f"kms:{done}", facts, resource)

    def reach(self, store: str, code: str = "KMSInvalidStateException") -> None:
        """Have the proxy of a key store do something; the answer takes that much longer.

        Raises `code`, with a message that says what went wrong, where it does not.
        """
        asked = self.world.ask_proxy(store, self.now)
        self.delay_s += asked.waited_s
        if asked.trouble:
            raise refusal(code, asked.trouble)

    def wrap(self, key: Key, plaintext: bytes, context: Context | None) -> bytes:
        """A ciphertext blob of `plaintext` under `key`."""
        if key.store:
            self.reach(key.store)
        return ciphertext.seal(key, self.world.random_bytes(12), plaintext, context)

    def put(self, key: Key) -> Key:
        """Add a key, or replace its record."""
        return self.ring.put(key, self.now)

    def _facts(self, key: Key | None, context: Context | None, done: str) -> RequestFacts:
        identity, region, _, address = self.caller
        return RequestFacts(
            identity=identity,
            request=self.asked,
            region=region,
            now=self.now,
            operation=done,
            key=key,
            context=context,
            named=getattr(self.asked, _NAMES.get(done, "key_id"), None) or "",
            aliases=lambda: self._aliases(key),
            peer_ip=address,
        )

    def _grants(self, key: Key, truth: Key) -> Iterable[Grant]:
        tokens = getattr(self.asked, "grant_tokens", None)
        if not tokens:
            return key.grants.values()
        named = {self.world.grant_named(token) for token in tokens}
        new = (grant for grant in truth.grants.values() if grant.id in named)
        return chain(key.grants.values(), new)

    def _aliases(self, key: Key | None) -> list[str]:
        return [alias.name for alias in self.ring.pointing_at(key)] if key else []


# Made once, so that policies find what they know of it at once.
_ACTIONS = {name: f"kms:{name}" for name in DATA_PLANE}
# Under which parameter a request names its key, where that is not KeyId.
_NAMES = {"ReEncryptTo": "destination_key_id", "ReEncryptFrom": "source_key_id"}
