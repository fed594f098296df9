"""An answer that is not there yet: what it waits for, and what then becomes of it."""

from collections.abc import Callable
from concurrent.futures import Future
from typing import Any


class Later:
    """Everything has been checked, and only key material is still being made."""

    def __init__(
        self, material: "Future[bytes]", finish: Callable[[bytes], dict[str, Any]]
    ) -> None:
        self._material, self._finish = material, finish

    def poll(self) -> dict[str, Any] | None:
        """The reply's members, once; None as long as they are not there."""
        return self._finish(self._material.result()) if self._material.done() else None
