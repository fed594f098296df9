"""What the run asked of KMS and what KMS answered: attempts, refusals, amplification."""

from typing import Any, Final

import numpy as np
import pandas as pd

from harness.analysis.events import Events
from harness.errors import CODES
from harness.journal import CODE, OPERATION, OPERATIONS, Kind

OK: Final = CODE["ok"]
THROTTLED: Final = CODE["ThrottlingException"]
KEY_MAKING: Final = [OPERATION["GenerateDataKey"], OPERATION["GenerateDataKeyWithoutPlaintext"]]
# The client cannot know whether a call that ended so had reached the gateway.
UNCERTAIN: Final = [CODE["ConnectionError"], CODE["Timeout"]]


def kms(events: Events) -> dict[str, Any]:
    """Counts of attempts in all and by operation; the gateway's own count where it was written."""
    attempts = events.of(Kind.ATTEMPT)
    operations = attempts["operation"].to_numpy()
    gateway = events.of(Kind.GATEWAY)["recording"]
    return {
        **_counts(attempts),
        "errors": _errors(attempts),
        "amplification": _amplification(events, attempts),
        "gateway_requests": int(gateway.sum()) if len(gateway) else None,
        "by_operation": {
            _name(OPERATIONS, operation) or "unnamed": _counts(attempts[operations == operation])
            for operation in np.unique(operations).tolist()
        },
    }


def disagreement(events: Events, counted: dict[str, Any]) -> str | None:
    """A sentence where the client's count of attempts cannot be the gateway's, else None."""
    attempts, gateway = counted["attempts"], counted["gateway_requests"]
    unsure = int(events.of(Kind.ATTEMPT)["code"].isin(UNCERTAIN).sum())
    if gateway is None or attempts - unsure <= gateway <= attempts:
        return None
    return (
        f"The client counted {attempts} attempts ({unsure} of them cut off on the way), "
        f"the gateway {gateway} requests."
    )


def _counts(attempts: pd.DataFrame) -> dict[str, int]:
    code = attempts["code"].to_numpy()
    return {
        "attempts": len(code),
        "succeeded": int((code == OK).sum()),
        "throttled": int((code == THROTTLED).sum()),
    }


def _errors(attempts: pd.DataFrame) -> dict[str, int]:
    found = np.bincount(attempts["code"].to_numpy(), minlength=1)
    named: dict[str, int] = {}
    for code in np.flatnonzero(found):
        if code != OK:
            name = _name(CODES, int(code)) or "Other"
            named[name] = named.get(name, 0) + int(found[code])
    return named


def _amplification(events: Events, attempts: pd.DataFrame) -> float | None:
    """Attempts to get a data key for each recording that was sealed or tried."""
    asked = attempts[attempts["operation"].isin(KEY_MAKING)]
    arrived = pd.Index(events.of(Kind.ARRIVAL)["recording"])
    # A call for no one recording (the buffer's own key) bears an id that never arrived, or 0.
    tried = asked["recording"][asked["recording"].isin(arrived)]
    recordings = pd.concat([tried, events.of(Kind.SEAL)["recording"]]).nunique()
    return round(len(asked) / recordings, 6) if recordings else None


def _name(names: tuple[str, ...], place: int) -> str:
    return names[place] if place < len(names) else ""
