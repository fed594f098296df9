"""One step of a handshake: what was looked at or tried, whether it held, what was seen."""

from dataclasses import dataclass

from harness.causes import of_code
from harness.errors import KmsError
from harness.policy.finding import Finding


@dataclass(frozen=True)
class Step:
    """`cause` is empty where it held; the warnings do not fail it."""

    name: str
    seen: str
    cause: str = ""
    warnings: tuple[Finding, ...] = ()

    @property
    def ok(self) -> bool:
        return not self.cause


def failed(name: str, error: KmsError, denied: str) -> Step:
    """The step that a KMS error ended; `denied` is the cause behind a refusal."""
    return Step(name, str(error), of_code(error.code, error.message, error.status, denied))
