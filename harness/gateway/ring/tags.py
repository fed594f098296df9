"""Tags on keys: how requests spell them, and what a key may carry; the harness strikes by them."""

from collections.abc import Mapping, Sequence

import msgspec

from harness.gateway.refusals import refusal
from harness.gateway.shapes import TagKey, TagValue

_MOST = 50


class Tag(msgspec.Struct, frozen=True, rename="pascal"):
    """One tag, as requests spell it."""

    tag_key: TagKey
    tag_value: TagValue


def merged(tags: Mapping[str, str], new: Sequence[Tag]) -> dict[str, str]:
    """`tags` with `new` ones added or replaced.

    Raises TagException for a name given twice or reserved, and past 50.
    """
    names = {tag.tag_key for tag in new}
    if len(names) < len(new):
        raise refusal("TagException", "Duplicate tag keys")
    if any(name.lower().startswith("aws:") for name in names):
        raise refusal("TagException", "Tag keys that begin with aws: are reserved")
    both = {**tags, **{tag.tag_key: tag.tag_value for tag in new}}
    if len(both) > _MOST:
        raise refusal("TagException", "Too many tags")
    return both
