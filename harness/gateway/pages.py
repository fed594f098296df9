"""Long lists a page at a time: Limit and Marker in, Truncated and NextMarker out."""

import binascii
from base64 import b64decode, b64encode
from collections.abc import Mapping
from typing import Any

from harness.gateway.refusals import refusal
from harness.gateway.request import Request
from harness.gateway.shapes import Limit, Marker


class ListRequest(Request, frozen=True, kw_only=True):
    """A request for a list; its marker names the last item of the page before."""

    limit: Limit | None = None
    marker: Marker | None = None

    def page(self, member: str, items: Mapping[str, Any], usual: int) -> dict[str, Any]:
        """The reply: a page of `items`, in the order of their names, under `member`.

        `usual` is the page's length where the request gives none.
        """
        after = _name(self.marker) if self.marker else ""
        names = sorted(name for name in items if name > after)
        page = names[: self.limit or usual]
        reply = {member: [items[name] for name in page], "Truncated": len(page) < len(names)}
        return reply | ({"NextMarker": _marker(page[-1])} if reply["Truncated"] else {})


def _marker(name: str) -> str:
    return b64encode(name.encode()).decode()


def _name(marker: str) -> str:
    try:
        return b64decode(marker, validate=True).decode()
    except (binascii.Error, UnicodeDecodeError, ValueError):
        raise refusal("InvalidMarkerException") from None
