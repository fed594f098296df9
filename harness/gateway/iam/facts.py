"""What condition keys a request has."""

from typing import Any


class Facts:
    """Looked up by name."""

    def __init__(self, *_: Any) -> None: ...
