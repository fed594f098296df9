"""Tags of keys."""

from conformance.behaviour import behaviour
from conformance.behaviours.lifecycle import described
from conformance.expect import equal, holds
from conformance.sources import api, validated
from conformance.target import Target


def tags(**pairs: str) -> list[dict[str, str]]:
    return [{"TagKey": key, "TagValue": value} for key, value in pairs.items()]


def held(kms: Target, key: str) -> dict[str, str]:
    """The key's tags, without the one that every key here bears."""
    found = kms.admin("ListResourceTags", KeyId=key)["Tags"]
    return {one["TagKey"]: one["TagValue"] for one in found if one["TagKey"] != "ekm-harness"}


@behaviour("tags given to CreateKey are listed", validated("test_create_key_with_tag_and_untag"))
def _(kms: Target) -> None:
    key = kms.fresh(Tags=tags(team="voice", tier="1"))["KeyId"]
    equal({"team": "voice", "tier": "1"}, held(kms, key), "the tags")


@behaviour(
    "TagResource adds tags, and writes over those of the same key",
    validated("test_update_and_add_tags_on_tagged_key"),
)
def _(kms: Target) -> None:
    key = kms.fresh(Tags=tags(one="1", two="2"))["KeyId"]
    kms.admin("TagResource", KeyId=key, Tags=tags(two="changed", three="3"))
    wanted = {"one": "1", "two": "changed", "three": "3"}
    kms.eventually(lambda: equal(wanted, held(kms, key), "the tags"))


@behaviour("UntagResource takes away the named tags only", validated("test_untag_key_partially"))
def _(kms: Target) -> None:
    key = kms.fresh(Tags=tags(one="1", two="2"))["KeyId"]
    kms.admin("UntagResource", KeyId=key, TagKeys=["two"])
    kms.eventually(lambda: equal({"one": "1"}, held(kms, key), "the tags"))


@behaviour("a tag's value may be empty", api("Tag"))
def _(kms: Target) -> None:
    key = kms.fresh(Tags=tags(empty=""))["KeyId"]
    equal({"empty": ""}, held(kms, key), "the tags")


@behaviour(
    "the same tag key twice in one request: TagException",
    validated("test_tag_key_with_duplicate_tag_keys_raises_error"),
)
def _(kms: Target) -> None:
    twice = tags(one="1") + tags(one="2")
    kms.admin.refused("TagException", "TagResource", KeyId=kms.fresh()["KeyId"], Tags=twice)


@behaviour(
    "a tag key beginning with aws:, in any case: TagException",
    validated("test_create_key_with_invalid_tag_key"),
)
def _(kms: Target) -> None:
    for name in ("aws:mine", "AWS:mine"):
        bad = [{"TagKey": name, "TagValue": "1"}]
        kms.admin.refused("TagException", "TagResource", KeyId=kms.fresh()["KeyId"], Tags=bad)


@behaviour(
    "more than 50 tags: TagException",
    validated("test_create_key_with_too_many_tags_raises_error"),
)
def _(kms: Target) -> None:
    many = tags(**{f"key{number}": "1" for number in range(51)})
    kms.admin.refused("TagException", "CreateKey", Tags=many)


@behaviour(
    "a tag key of 129 or a value of 257 characters: ValidationException, telling where",
    validated("test_create_key_with_invalid_tag_key[too_long_key]"),
)
def _(kms: Target) -> None:
    for name, bad, most in (
        ("tagKey", {"TagKey": "k" * 129, "TagValue": ""}, 128),
        ("tagValue", {"TagKey": "k", "TagValue": "v" * 257}, 256),
    ):
        long = bad["TagKey"] if name == "tagKey" else bad["TagValue"]
        says = (
            f"1 validation error detected: Value '{long}' at 'tags.1.member.{name}' failed to "
            f"satisfy constraint: Member must have length less than or equal to {most}"
        )
        kms.admin.refused("ValidationException", "CreateKey", says, Tags=[bad])


@behaviour("DescribeKey tells no tags", api("DescribeKey"))
def _(kms: Target) -> None:
    holds("Tags" not in described(kms, kms.key()), "it tells Tags")


@behaviour("tags of a key that is not there: NotFoundException", api("ListResourceTags"))
def _(kms: Target) -> None:
    gone = "134f2428-cec1-4b25-a1ae-9048164dba47"
    kms.admin.refused("NotFoundException", "ListResourceTags", KeyId=gone)
    kms.admin.refused("NotFoundException", "TagResource", KeyId=gone, Tags=tags(one="1"))
