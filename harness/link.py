"""Which key is linked on which KMS: what `ekm key link` saves, and a run uses unless told another.

One small file a KMS, in the user's state folder; a KMS is its backend, endpoint and Region.
"""

import hashlib
import json
from dataclasses import asdict, dataclass
from pathlib import Path

from harness import undo
from harness.backend import Backend
from harness.errors import BadInput


@dataclass(frozen=True)
class Link:
    """A key that passed the handshake, and on which terms."""

    backend: str
    endpoint: str
    region: str
    key: str  # as it was named: an alias may be pointed elsewhere later, which is what they are for
    arn: str  # the key that it was at that time
    platform: str
    organization: str
    linked_s: float  # epoch seconds


def folder() -> Path:
    """Where links are, beside the undo records."""
    return undo.folder().parent / "links"


def read(backend: Backend) -> Link | None:
    """The link of this KMS. Raises BadInput for a file that cannot be read."""
    path = _path(backend)
    try:
        return Link(**json.loads(path.read_text()))
    except FileNotFoundError:
        return None
    except (OSError, ValueError, TypeError) as error:
        raise BadInput(f"the link {path} cannot be read: {error}", wanted="it removed") from None


def save(backend: Backend, link: Link) -> Path:
    """Save it, in place of an earlier one. Raises BadInput where it cannot, which stays then."""
    path = _path(backend)
    try:
        folder().mkdir(mode=0o700, parents=True, exist_ok=True)
        part = path.with_suffix(".part")
        part.write_text(json.dumps(asdict(link), indent=2) + "\n")
        part.rename(path)
    except OSError as error:
        raise BadInput(f"cannot save the link in {folder()}: {error.strerror}") from None
    return path


def remove(backend: Backend) -> bool:
    """Forget the link; whether there was one."""
    there = _path(backend).exists()
    _path(backend).unlink(missing_ok=True)
    return there


def _path(backend: Backend) -> Path:
    place = hashlib.sha256(backend.endpoint.encode()).hexdigest()[:12]
    return folder() / f"{backend.name}-{backend.region}-{place}.json"
