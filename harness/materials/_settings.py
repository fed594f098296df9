"""Settings of key materials, checked alike."""

from harness.errors import BadInput


def check(name: str, got: float, fits: bool, wanted: str) -> None:
    """Raises BadInput for a setting that does not fit."""
    if not fits:
        raise BadInput(name, got, wanted)
