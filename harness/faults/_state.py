"""What most state faults have in common: the control plane strikes, and nothing has to be known."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final

from harness.faults import Steps, Target
from harness.kms.boto3 import refusal

WEEK_S: Final = 7 * 24 * 3600.0
WEEK_DAYS: Final = 7  # the least that KMS lets a key wait for its deletion
GONE: Final = "NotFoundException"
ELSEWHERE: Final = "KMSInvalidStateException"  # the key is in a state that this does not go with


class StateFault:
    """The usual answers of a fault that is no rule in a gateway."""

    wire = False
    control = True
    wears = False
    destroys = False
    permits = False

    def look(self, target: Target) -> Mapping[str, Any]:
        return {}

    def steps(self, for_s: float) -> Steps:
        return ()


@contextmanager
def unless(*codes: str) -> Iterator[None]:
    """Do it, unless KMS answers one of these: then there is nothing to do."""
    try:
        yield
    except Exception as error:
        if not hasattr(error, "response") or refusal(error).code not in codes:
            raise


def schedule_deletion(control: Any, key: str) -> None:
    """Have the key deleted as soon as KMS does it; harmless where it waits for that or is gone."""
    with unless(GONE, ELSEWHERE):
        control.schedule_key_deletion(KeyId=key, PendingWindowInDays=WEEK_DAYS)
