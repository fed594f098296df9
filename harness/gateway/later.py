"""An answer that is not there yet: what it waits for, and what then becomes of it."""

from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Later:
    """Everything has been checked, and only key material is still being made."""

    material: "Future[bytes]"
    finish: Callable[[bytes], dict[str, Any]]

    def reply(self) -> dict[str, Any]:
        """The reply's members, once the material is there; to be asked for once."""
        return self.finish(self.material.result())
