"""What is broken and by whom, on disk before it is broken, so that any later process can mend it.

A record is one file in the user's state folder; it goes when its fault was mended. Its owner's
process id and start time tell a run that is still at it from one that was killed.
"""

import contextlib
import json
import os
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import psutil

from harness.admin import Admin
from harness.backend import Backend, client
from harness.errors import BadInput
from harness.faults import Fault, Running, Target
from harness.registry import find


@dataclass(frozen=True)
class Undo:
    """Enough to mend one strike of a fault."""

    name: str  # unique to this strike
    fault: str
    settings: dict[str, Any]
    key: str
    backend: Backend
    owner: int  # process id
    owner_started_s: float
    perishable: bool  # the KMS ends with its run, and takes what was broken along
    found: dict[str, Any] = field(default_factory=dict)  # by the fault, before it struck


def folder() -> Path:
    """Where the records are: EKM_STATE_DIR, else the user's XDG state folder."""
    named = os.environ.get("EKM_STATE_DIR")
    state = os.environ.get("XDG_STATE_HOME") or "~/.local/state"
    return Path(named or f"{state}/ekm-harness").expanduser() / "undo"


def write(undo: Undo) -> None:
    """Put the record on disk, and wait until the disk has it. Raises BadInput where it cannot."""
    try:
        folder().mkdir(mode=0o700, parents=True, exist_ok=True)
        part = folder() / f"{undo.name}.part"
        with part.open("w") as file:
            json.dump(asdict(undo), file)
            file.flush()
            os.fsync(file.fileno())
        part.rename(_path(undo.name))
    except OSError as error:
        raise BadInput(f"cannot write the undo record in {folder()}: {error.strerror}") from None


def erase(name: str) -> None:
    """Drop a record: its fault was mended."""
    _path(name).unlink(missing_ok=True)


def pending(abandoned_only: bool) -> list[Undo]:
    """The records there are; with `abandoned_only`, those whose owner lives no more."""
    found = [_read(path) for path in sorted(folder().glob("*.json"))]
    return [undo for undo in found if not (abandoned_only and _alive(undo))]


def target(undo: Undo, run: Running | None = None) -> Target:
    """What the record's fault strikes: our gateway's admin interface where it is one; the control
    plane for a fault that needs it, since a boto3 client costs the run a tenth of a second."""
    needed = find("faults", undo.fault).control
    control = client(undo.backend, connect_timeout=5, read_timeout=10) if needed else None
    admin = Admin(undo.backend.endpoint) if undo.backend.gateway else None
    return Target(undo.key, control, admin, undo.name, undo.found, run)


def mend(undo: Undo, run: Running | None = None) -> None:
    """Mend, and drop the record. Raises what the backend says where it cannot be mended now."""
    fault: Fault = find("faults", undo.fault)(**undo.settings)
    fault.mend(target(undo, run))
    erase(undo.name)


def heal(abandoned_only: bool) -> tuple[list[Undo], list[tuple[Undo, str]]]:
    """Mend what is pending; returns what was mended, and what was not with the reason.

    What perished with the KMS of its run is dropped without a word: there is nothing to mend.
    """
    mended: list[Undo] = []
    failed: list[tuple[Undo, str]] = []
    for record in pending(abandoned_only):
        try:
            mend(record)
            mended.append(record)
        except Exception as error:
            if record.perishable and not _alive(record):
                erase(record.name)
            else:
                failed.append((record, str(error)))
    return mended, failed


def _alive(undo: Undo) -> bool:
    with contextlib.suppress(psutil.NoSuchProcess):
        owner = psutil.Process(undo.owner)
        # A killed one that nobody has taken notice of yet is still listed, and does nothing more.
        dead = owner.status() == psutil.STATUS_ZOMBIE
        return not dead and abs(owner.create_time() - undo.owner_started_s) < 1.0
    return False


def _read(path: Path) -> Undo:
    try:
        fields = json.loads(path.read_text())
        return Undo(**{**fields, "backend": Backend(**fields["backend"])})
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise BadInput(f"the undo record {path} cannot be read: {error}") from None


def _path(name: str) -> Path:
    return folder() / f"{name}.json"
