"""Long lists a page at a time: Limit and Marker in, Truncated and NextMarker out."""

import binascii
from base64 import b64decode, b64encode
from collections.abc import Iterable
from itertools import islice
from typing import Any

from harness.gateway.refusals import refusal
from harness.gateway.request import Request
from harness.gateway.shapes import Limit, Marker


class ListRequest(Request, frozen=True, kw_only=True):
    """A request for a list; its marker names the last item of the page before."""

    limit: Limit | None = None
    marker: Marker | None = None

    @property
    def after(self) -> str:
        """The name after which the page begins. Raises InvalidMarkerException."""
        try:
            return b64decode(self.marker or "", validate=True).decode()
        except (binascii.Error, UnicodeDecodeError, ValueError):
            raise refusal("InvalidMarkerException") from None

    def page(self, member: str, items: Iterable[tuple[str, Any]], usual: int) -> dict[str, Any]:
        """The reply: a page of `items` under `member`; they come by name, from after `after`.

        `usual` is the page's length where the request gives none.
        """
        most = self.limit or usual
        found = list(islice(items, most + 1))
        page = found[:most]
        reply: dict[str, Any] = {
            member: [item for _, item in page],
            "Truncated": len(found) > most,
        }
        return reply | ({"NextMarker": _marker(page[-1][0])} if reply["Truncated"] else {})


def _marker(name: str) -> str:
    return b64encode(name.encode()).decode()
