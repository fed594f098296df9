"""Where a fault about the key or the run is tried: a real KMS, a key, and a run that uses it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import gevent

from harness import handshake, materials, store
from harness.admin import Admin
from harness.attempts import Attempts
from harness.backend import Backend, client
from harness.clock import SystemClock
from harness.faults import Target
from harness.handshake import Handshake
from harness.journal import Journal
from harness.kms import Connection
from harness.live.running import Running
from harness.principals import PLATFORM_ARN
from harness.registry import find, make
from harness.rewrap import Rewrap

CONTEXT = {"organization": "contact-centre"}
MORE: dict[str, Any] = {"connect_timeout": 5, "read_timeout": 10}


@dataclass
class Scene:
    """A key on a backend; `run` uses it."""

    backend: Backend
    folder: Path
    key: str
    spawned: list[gevent.Greenlet] = field(default_factory=list)

    @cached_property
    def control(self) -> Any:
        return client(self.backend, **MORE)

    @cached_property
    def data(self) -> Any:
        return client(self.backend, "off", "data", **MORE)

    @cached_property
    def target(self) -> Target:
        admin = Admin(self.backend.endpoint) if self.backend.gateway else None
        return Target(self.key, self.control, admin, "a state fault's test", run=self.run)

    @cached_property
    def run(self) -> Running:
        clock = SystemClock()
        journal = Journal(self.folder / "journal.bin", {})
        connection = Connection(self.backend, self.key, 5.0, 4, "off")
        attempts = Attempts(
            lambda retried: find("kms", "wire")(connection, retried),
            journal,
            clock,
            lambda *_: None,
            self.key,
        )
        opening = materials.Opening(clock, "", lambda *_: None)
        held = make("materials", "per_recording", {"opening": opening})
        kept = find("store", "directory")(store.Opening(self.folder / "sealed", 1))
        return Running(
            key=self.key,
            kms=self.backend,
            test=self._test,
            attempts=attempts,
            materials=held,
            rewrapping=Rewrap(kept, attempts, held, CONTEXT["organization"]),
            journal=journal,
            clock=clock,
            spawn=self._spawn,
            seed=1,
        )

    def _spawn(self, call: Callable[..., object], *arguments: object) -> None:
        self.spawned.append(gevent.spawn(call, *arguments))

    def _test(self, key: str) -> Handshake:
        """As a run tests a key: each call is one of its attempts."""
        data = self.run.attempts.watched(self.data)
        return handshake.test(self.control, data, key, "", PLATFORM_ARN)

    def close(self) -> None:
        """End what goes on, and close what was opened."""
        self.run.rewrap(0.0)
        # One that never had its turn would have it in the middle of another test, asleep.
        gevent.killall(self.spawned)
        self.run.attempts.close()
        self.run.journal.close()

    def found(self, found: Mapping[str, Any]) -> Target:
        return replace(self.target, found=found)

    def answer(self, key: str = "") -> str:
        """What the platform is told when it asks for a data key: ok, or an error's code."""
        try:
            self.data.generate_data_key(
                KeyId=key or self.key, KeySpec="AES_256", EncryptionContext=CONTEXT
            )
        except self.data.exceptions.ClientError as error:
            return str(error.response["Error"]["Code"])
        return "ok"

    def looks(self) -> dict[str, Any]:
        """State, policy and grants of the key: all that a state fault changes."""
        grants = self.control.list_grants(KeyId=self.key)["Grants"]
        told = ("GranteePrincipal", "Operations", "Constraints", "Name", "RetiringPrincipal")
        return {
            "state": self.state(),
            "policy": self.control.get_key_policy(KeyId=self.key, PolicyName="default")["Policy"],
            "grants": sorted(repr([grant.get(name) for name in told]) for grant in grants),
        }

    def state(self, key: str = "") -> str:
        try:
            described = self.control.describe_key(KeyId=key or self.key)
        except self.control.exceptions.NotFoundException:
            return "missing"
        return str(described["KeyMetadata"]["KeyState"])
