"""What data keys cost and what one of them would expose: calls to KMS against blast radius."""

from typing import Any, Final

from harness.analysis.events import Events
from harness.journal import CODE, OPERATION, Kind

MAKING: Final = (OPERATION["GenerateDataKey"], OPERATION["GenerateDataKeyPairWithoutPlaintext"])


def materials(events: Events) -> dict[str, Any]:
    """The keys that KMS made for recordings, the calls that they took, refused ones too, and how
    many recordings were sealed under each."""
    attempts = events.of(Kind.ATTEMPT)
    asked = attempts[attempts["operation"].isin(MAKING)]
    ok = asked["code"] == CODE["ok"]
    # What was got on behalf of no recording is the buffer's own; a failure so is the SDK's retry.
    buffers = int((ok & (asked["recording"] == 0)).sum())
    made = int(ok.sum()) - buffers
    sealed = events.of(Kind.SEAL)["recording"].nunique()
    mean, most = _sealed_by_one(events, sealed, made)
    return {
        "scheme": events.manifest.get("materials"),
        "data_keys": made,
        "calls_per_recording": round((len(asked) - buffers) / sealed, 6) if sealed else None,
        "recordings_per_key_mean": mean,
        "recordings_per_key_max": most,
    }


def _sealed_by_one(events: Events, sealed: int, made: int) -> tuple[float | None, int | None]:
    """By the keys that told of it when they were let go; where none is shared, none tells."""
    told = events.of(Kind.DATA_KEY)["recording"]
    if len(told):
        return round(float(told.mean()), 6), int(told.max())
    if not sealed or not made:
        return None, None
    # A run that was killed has shared keys that never told.
    return (1.0, 1) if made >= sealed else (round(sealed / made, 6), None)
