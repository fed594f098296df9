"""One request as it is being answered: who asks, in which Region, when, and what they may touch."""

from collections.abc import Callable
from typing import Any, NamedTuple

from harness.errors import KmsError
from harness.gateway.iam.authorise import authorise, authorise_account
from harness.gateway.iam.facts import RequestFacts
from harness.gateway.iam.grants import Grant, named_by
from harness.gateway.iam.identity import Identity
from harness.gateway.refusals import refusal
from harness.gateway.ring import ciphertext
from harness.gateway.ring.aliases import Alias
from harness.gateway.ring.ciphertext import Blob, Context
from harness.gateway.ring.key import Key
from harness.gateway.ring.ring import Ring
from harness.gateway.ring.stores import KeyStore
from harness.gateway.world import World


class Caller(NamedTuple):
    """Who asks, in which Region, over which of our connections, from which address."""

    identity: Identity
    region: str
    connection: int = 0
    address: str = "127.0.0.1"


class Call:
    """What an operation works with. `asked` is the request itself; `delay_s` is how much longer
    than usual the answer takes."""

    __slots__ = ("asked", "caller", "delay_s", "home", "now", "operation", "world")

    def __init__(self, world: World, caller: Caller, operation: str, asked: Any, now: float):
        self.world, self.caller, self.now = world, caller, now
        self.operation, self.asked, self.delay_s = operation, asked, 0.0
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
            return self.ring.find(name, self.home)
        except KmsError:
            return None

    def key(self, name: str, *, across: bool = False) -> Key:
        """The key as it is, for an operation that takes no alias and is allowed on it.

        `across` is whether the operation works on keys of other accounts. Raises KmsError.
        """
        key = self.ring.find_key(name, self.home)
        self.permit(key, across=across)
        return key

    def named(self, name: str) -> Key:
        """As `key`, by an alias too, and across accounts."""
        key = self.ring.find(name, self.home)
        self.permit(key, across=True)
        return key

    def seen(self, name: str, context: Context | None = None, action: str = "") -> Key:
        """The key by any of its names as this connection sees it, if cryptography is allowed."""
        return self.view(self.ring.find(name, self.home), context, action)

    def view(self, key: Key, context: Context | None = None, action: str = "") -> Key:
        """The key as this connection sees it, if cryptography is allowed on it."""
        seen = self.ring.propagation.seen(key, self.now, self.caller.connection)
        self.permit(seen, across=True, context=context, action=action, truth=key)
        return seen

    def permit(
        self,
        key: Key,
        *,
        across: bool = False,
        context: Context | None = None,
        action: str = "",
        truth: Key | None = None,
        by: Callable[[Grant], bool] | None = None,
    ) -> None:
        """Raises AccessDeniedException unless the caller may do this to the key.

        `action` is what it takes, where that is not the operation's own name. A grant whose token
        comes along counts at once; it is looked up in `truth`. Of grants only those count that
        are good `by` their content.
        """
        authorise(
            self.caller.identity,
            f"kms:{action or self.operation}",
            key_arn=key.arn,
            key_account=key.account,
            policy=key.policy,
            grants=filter(by, self._grants(key, truth or key)),
            facts=self._facts(key, context, action or self.operation),
            context=context,
            operation=action or self.operation,
            cross_account=across,
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
        asked = self.world.proxies.ask(store, self.now)
        self.delay_s += asked.waited_s
        if asked.trouble:
            raise refusal(code, asked.trouble)

    def wrap(self, key: Key, plaintext: bytes, context: Context | None) -> bytes:
        """A ciphertext blob of `plaintext` under `key`."""
        if key.store:
            self.reach(key.store)
        return ciphertext.seal(key, self.world.random_bytes(12), plaintext, context)

    def maker(self, blob: Blob) -> Key:
        """The key that made a blob. KMS does not tell an unknown one from a forbidden one."""
        key = self.ring.made_by(self.caller.region, blob.key_id)
        if key is None:
            raise refusal("AccessDeniedException", UNKNOWN_MAKER)
        return key

    def put(self, key: Key) -> Key:
        """Add a key, or replace its record."""
        return self.ring.put(key, self.now)

    def put_store(self, store: KeyStore) -> None:
        """Add a key store, or replace its record."""
        self.world.stores.put(store)
        self.ring.keep.put(store)

    def drop_store(self, store: KeyStore) -> None:
        """Take a key store away."""
        self.world.stores.drop(store)
        self.ring.keep.drop(store)

    def put_alias(self, alias: Alias) -> None:
        """Add an alias, or point it elsewhere."""
        self.ring.put_alias(alias)

    def drop_alias(self, arn: str) -> None:
        """Take an alias away. Raises NotFoundException where there is none."""
        self.ring.drop_alias(arn)

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

    def _grants(self, key: Key, truth: Key) -> list[Grant]:
        tokens = getattr(self.asked, "grant_tokens", None)
        if not tokens:
            return list(key.grants.values())
        named = {named_by(token)[0] for token in tokens}
        new = (grant for grant in truth.grants.values() if grant.id in named)
        return [*key.grants.values(), *new]

    def _aliases(self, key: Key | None) -> list[str]:
        return [alias.name for alias in self.ring.pointing_at(key)] if key else []


# Under which parameter a request names its key, where that is not KeyId.
_NAMES = {"ReEncryptTo": "destination_key_id", "ReEncryptFrom": "source_key_id"}
UNKNOWN_MAKER = (
    "The ciphertext refers to a customer master key that does not exist, "
    "does not exist in this region, or you are not allowed to access."
)
