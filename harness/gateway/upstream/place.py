"""Which KMS stands behind the gateway, and what may be asked of it: told once, checked at once."""

import re
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Final
from urllib.parse import SplitResult, urlsplit

from harness.backend import is_aws
from harness.errors import BadInput

_HOST: Final = re.compile(r"[0-9a-z._:-]{1,253}")
# Names that are this machine's or its neighbours' wherever they are looked up.
_NEAR: Final = (".localhost", ".docker.internal", ".localhost.localstack.cloud")


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """An upstream. `budget` is the most requests to pass on, None for any number; `keys` are the
    ARNs of those that may be touched, all where there are none. One that is not near must have
    both, and `allow_aws`. `enforce` is for one that lets everybody do everything."""

    url: str
    allow_aws: bool = False
    budget: int | None = None
    keys: tuple[str, ...] = ()
    enforce: bool = False

    def __post_init__(self) -> None:
        url = _split(self.url)
        wrong = [key for key in self.keys if key.split(":")[2:3] != ["kms"] or ":key/" not in key]
        if wrong:
            raise BadInput("--allow-key", wrong[0], "the ARN of a key")
        if self.budget is not None and self.budget < 1:
            raise BadInput("--request-budget", self.budget, "requests, 1 or more")
        if self.enforce and (not self.near or self.allow_aws or self.budget or self.keys):
            wanted = "an upstream that is not AWS, with no budget and no allowed keys"
            raise BadInput("--enforce", self.url, wanted)
        if self.near:
            return
        if not (self.allow_aws and self.budget and self.keys):
            wanted = "--allow-aws with --request-budget N and --allow-key ARN"
            raise BadInput("--upstream is AWS, or may be", self.url, wanted)
        if url.scheme != "https":
            raise BadInput("--upstream", self.url, "https, so far from here")

    @property
    def host(self) -> str:
        """Its host's name or address."""
        return urlsplit(self.url).hostname or ""

    @property
    def near(self) -> bool:
        """Whether it is plainly of this machine, or of a private network, and so not AWS."""
        host = f".{self.host}".removesuffix(".")
        try:
            address = ip_address(self.host)
        except ValueError:
            return host.endswith(_NEAR) or host.count(".") == 1
        return address.is_loopback or address.is_private

    def check(self, region: str) -> None:
        """Raises BadInput where this is another Region's, or a key of another one is allowed."""
        if is_aws(self.host) and region not in self.host.split("."):
            raise BadInput("--upstream", self.host, f"an endpoint of --region {region}")
        wrong = [key for key in self.keys if key.split(":")[3] != region]
        if wrong:
            raise BadInput("--allow-key", wrong[0], f"a key of --region {region}")


def _split(text: str) -> SplitResult:
    wanted = "a URL such as http://127.0.0.1:4566"
    try:
        url = urlsplit(text)
        rest = (url.path.strip("/"), url.query, url.fragment)
        plain = url.scheme in ("http", "https") and url.port != 0 and not any(rest)
    except ValueError:
        raise BadInput("--upstream", text, wanted) from None
    if "@" in url.netloc:
        raise BadInput("--upstream holds a user or password", wanted=wanted)
    if not plain or not _HOST.fullmatch(url.hostname or ""):
        raise BadInput("--upstream", text, wanted)
    return url
