"""KMS answers with an error: its own trouble, or any code a client should know what to do with.

A share of calls fails so on a bad day, and no state of any key explains it.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from harness.errors import BadInput
from harness.faults._wire import WireFault

__all__ = ["Error"]


@dataclass(frozen=True, kw_only=True)
class Error(WireFault):
    """`code` as on the wire; HTTP status and message are what KMS gives with it, unless told."""

    code: str = "KMSInternalException"
    status: int | str | None = None
    message: str | None = None

    @property
    def member(self) -> Mapping[str, Any]:
        if not re.fullmatch("[A-Za-z]{1,64}", self.code):
            raise BadInput("code", self.code, "an error code such as KMSInternalException")
        found = {"code": self.code, "statusCode": self._status(), "message": self.message}
        return {"error": {name: value for name, value in found.items() if value is not None}}

    def does(self, calls: str) -> str:
        return f"{calls} answered {self.code}"

    def _status(self) -> int | None:
        if self.status is None:
            return None
        if not re.fullmatch("[45][0-9]{2}", str(self.status)):
            raise BadInput("status", self.status, "an HTTP status from 400 to 599")
        return int(self.status)
