"""Everything a gateway depends on, as one frozen value that cannot be wrong."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from harness.errors import BadInput
from harness.gateway import proxies
from harness.gateway.iam.identity import Identity
from harness.gateway.latency import Latency
from harness.gateway.ring.propagation import Delay
from harness.gateway.upstream.place import Place


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """Everything `serve` depends on. `quota` is in calls a second, None for the Region's own."""

    host: str = "127.0.0.1"
    port: int = 4599
    region: str = "us-east-1"
    regions: tuple[str, ...] = ()
    account: str = "123456789012"
    identities: tuple[Identity, ...] = ()
    verify_signatures: bool = False
    quota: int | None = None
    quotas: Mapping[str, int] = field(default_factory=dict)
    propagation: Delay = field(default_factory=Delay)
    latency: Latency = field(default_factory=Latency)
    proxies: Latency = proxies.USUAL
    seed: int = 0
    rejects_consume: bool = False
    burst_s: float = 0.0
    exit_with_stdin: bool = False
    upstream: Place | None = None
    state: str = ""
    state_key_file: str = ""

    def __post_init__(self) -> None:
        if not 0 <= self.port <= 65_535:
            raise BadInput("--port", self.port, "0 to 65535, 0 for any that is free")
        if self.quota is not None and self.quota < 0:
            raise BadInput("--quota", self.quota, "calls a second, 0 or more")
        if not 0 <= self.burst_s <= 3600:
            raise BadInput("--burst-s", self.burst_s, "seconds, 0 to 3600")
        if not (len(self.account) == 12 and self.account.isdecimal()):
            raise BadInput("--account", self.account, "12 digits")
        for region in (self.region, *self.regions):
            if not region.replace("-", "").isalnum():
                raise BadInput("--region", region, "a Region's name like us-east-1")
        if self.upstream is not None:
            self.upstream.check(self.region)
            if self.state:
                raise BadInput("--state", self.state, "no --upstream: the keys are kept there")
