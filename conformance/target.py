"""A KMS under question: its callers, keys to ask about, and what must be cleared away after."""

import contextlib
import secrets
import time
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import Any, Final

from botocore.exceptions import ClientError

from conformance.caller import Caller, Identity
from conformance.expect import Differs
from conformance.witness import Witness

SYMMETRIC: Final = "SYMMETRIC_DEFAULT"
ENCRYPT: Final = "ENCRYPT_DECRYPT"
SIGN: Final = "SIGN_VERIFY"
MAC: Final = "GENERATE_VERIFY_MAC"
AGREE: Final = "KEY_AGREEMENT"
REGION: Final = "us-east-1"
OTHER_REGION: Final = "eu-west-1"
TAGS: Final = [{"TagKey": "ekm-harness", "TagValue": "disposable"}]
_AGAIN_S: Final = 0.5


@dataclass(frozen=True)
class Endpoint:
    """Where a target is, and who may call it. `lasting` if what is made there outlives the run."""

    name: str
    version: str
    url: str | None
    admin: Identity
    platform: Identity
    lasting: bool = False
    patience_s: float = 1.0


@dataclass
class Target:
    """The KMS that the behaviours are asked of, under two identities and in two Regions."""

    endpoint: Endpoint
    witness: Witness = field(default_factory=Witness)
    _kept: dict[Hashable, Any] = field(default_factory=dict)
    _made: list[tuple[Caller, str]] = field(default_factory=list)
    _aliases: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        where, seen = self.endpoint, self.witness
        self.admin = Caller(where.url, REGION, where.admin, seen)
        self.platform = Caller(where.url, REGION, where.platform, seen)
        self.other_region = Caller(where.url, OTHER_REGION, where.admin, seen)
        self.lasting = where.lasting

    def fresh(self, **fields: Any) -> dict[str, Any]:
        """The metadata of a new key, which the behaviour may do to what it likes."""
        fields["Tags"] = TAGS + fields.get("Tags", [])
        made: dict[str, Any] = self.admin("CreateKey", **fields)["KeyMetadata"]
        self.must_go(self.admin, made["KeyId"])
        return made

    def key(self, spec: str = SYMMETRIC, usage: str = ENCRYPT) -> str:
        """The ARN of an enabled key that behaviours share, so that it must be left as it is."""
        made = self.once(("key", spec, usage), lambda: self.fresh(KeySpec=spec, KeyUsage=usage))
        return str(made["Arn"])

    def external(self) -> str:
        """The ARN of a shared key that awaits its material."""
        return str(self.once("external", lambda: self.fresh(Origin="EXTERNAL"))["Arn"])

    def once(self, name: Hashable, make: Callable[[], Any]) -> Any:
        """What `make` returned the first time it was asked for by this name."""
        if name not in self._kept:
            self._kept[name] = make()
        return self._kept[name]

    def alias(self, key: str) -> str:
        """A new alias of `key`."""
        name = f"alias/{self.name()}"
        self.admin("CreateAlias", AliasName=name, TargetKeyId=key)
        self._aliases.append(name)
        self._arrived(name, self.admin)
        return name

    def name(self) -> str:
        """A name that nothing has yet."""
        return f"ekm-conformance-{secrets.token_hex(6)}"

    def arn(self, resource: str, region: str = REGION) -> str:
        """The ARN of a resource of the admin's account."""
        partition = self.admin.arn.split(":")[1]
        return f"arn:{partition}:kms:{region}:{self.admin.account}:{resource}"

    def arn_of_root(self, account: str) -> str:
        """An account as a principal."""
        return f"arn:{self.admin.arn.split(':')[1]}:iam::{account}:root"

    def eventually(self, check: Callable[[], Any]) -> None:
        """Ask again for as long as the target's changes may take to arrive."""
        until_s = time.monotonic() + self.endpoint.patience_s
        while True:
            try:
                check()
                return
            except (Differs, ClientError):
                if time.monotonic() > until_s:
                    raise
            time.sleep(_AGAIN_S)

    def wait(self, seconds: float) -> None:
        """Let time pass, where that is what is asked about."""
        time.sleep(seconds)

    def must_go(self, caller: Caller, key: str) -> None:
        """Remember to delete what a behaviour made by itself, and tag it where it lasts."""
        self._made.append((caller, key))
        if self.lasting:
            self._arrived(key, caller)
            caller("TagResource", KeyId=key, Tags=TAGS)

    def _arrived(self, name: str, caller: Caller) -> None:
        """What was just made may be unknown for a while, where there is more than one machine."""
        if self.lasting:
            self.eventually(lambda: caller("DescribeKey", KeyId=name))

    def clear(self) -> None:
        """Schedule the deletion of every key that was made, where that outlives the run."""
        for name in self._aliases if self.lasting else ():
            with contextlib.suppress(ClientError):
                self.admin("DeleteAlias", AliasName=name)
        for caller, key in reversed(self._made) if self.lasting else ():
            with contextlib.suppress(ClientError):
                caller("ScheduleKeyDeletion", KeyId=key, PendingWindowInDays=7)
