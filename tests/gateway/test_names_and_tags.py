"""Aliases, tags and lists: how a key is named, marked and found."""

from typing import Any

from tests.gateway.calls import ARN, call, front, new_key, refused


def test_tags_are_kept_from_creation_replaced_and_removed() -> None:
    kms = front()
    key = new_key(kms, Tags=[{"TagKey": "a", "TagValue": "1"}, {"TagKey": "b", "TagValue": "2"}])
    call(kms, "TagResource", KeyId=key, Tags=[{"TagKey": "b", "TagValue": "3"}])
    call(kms, "UntagResource", KeyId=key, TagKeys=["a", "never there"])
    expected = {"Tags": [{"TagKey": "b", "TagValue": "3"}], "Truncated": False}
    assert expected == call(kms, "ListResourceTags", KeyId=key)


def test_a_tag_given_twice_or_of_awss_own_is_refused() -> None:
    twice = [{"TagKey": "a", "TagValue": "1"}] * 2
    own = [{"TagKey": "aws:a", "TagValue": "1"}]
    assert refused(front(), "CreateKey", Tags=twice)[0] == "TagException"
    assert refused(front(), "CreateKey", Tags=own)[0] == "TagException"
    many = [{"TagKey": str(place), "TagValue": ""} for place in range(51)]
    assert refused(front(), "CreateKey", Tags=many)[0] == "TagException"
    path = refused(front(), "CreateKey", Tags=[{"TagKey": "", "TagValue": ""}])[1]
    assert "at 'tags.1.member.tagKey'" in path


def test_an_alias_is_made_moved_listed_and_deleted() -> None:
    kms = front()
    one, two = new_key(kms), new_key(kms)
    call(kms, "CreateAlias", 1.0, AliasName="alias/platform", TargetKeyId=one)
    again = refused(kms, "CreateAlias", AliasName="alias/platform", TargetKeyId=two)
    text = f"An alias with the name {ARN}alias/platform already exists"
    assert ("AlreadyExistsException", text) == again
    call(kms, "UpdateAlias", 2.0, AliasName="alias/platform", TargetKeyId=two)
    assert call(kms, "ListAliases", KeyId=one)["Aliases"] == []
    (listed,) = call(kms, "ListAliases", KeyId=two)["Aliases"]
    assert {
        "AliasName": "alias/platform",
        "AliasArn": f"{ARN}alias/platform",
        "TargetKeyId": two,
        "CreationDate": 1.0,
        "LastUpdatedDate": 2.0,
    } == listed
    call(kms, "DeleteAlias", AliasName="alias/platform")
    missing = ("NotFoundException", f"Alias {ARN}alias/platform is not found.")
    assert missing == refused(kms, "DeleteAlias", AliasName="alias/platform")
    assert missing == refused(kms, "UpdateAlias", AliasName="alias/platform", TargetKeyId=one)


def test_an_alias_has_a_proper_name_and_a_key_behind_it() -> None:
    kms = front()
    key = new_key(kms)
    target: dict[str, Any] = {"TargetKeyId": key}
    assert refused(kms, "CreateAlias", AliasName="alias/", **target)[1] == "Invalid identifier"
    assert refused(kms, "CreateAlias", AliasName="x", **target) == (
        "ValidationException",
        'Alias must start with the prefix "alias/". Please see '
        "https://docs.aws.amazon.com/kms/latest/developerguide/kms-alias.html",
    )
    own = refused(kms, "CreateAlias", AliasName="alias/aws/x", **target)
    assert own[0] == "NotAuthorizedException"
    pattern = refused(kms, "CreateAlias", AliasName="alias/ä", **target)[1]
    assert pattern.endswith("regular expression pattern: ^[a-zA-Z0-9:/_-]+$")
    chained = refused(kms, "CreateAlias", AliasName="alias/b", TargetKeyId="alias/a")
    assert chained == ("ValidationException", "Aliases must refer to keys. Not aliases")
    expected = ("NotFoundException", "Invalid keyId 'alias/a'")
    assert expected == refused(kms, "DisableKey", KeyId="alias/a")


def test_lists_come_a_page_at_a_time_and_miss_nothing() -> None:
    kms = front()
    keys = sorted(new_key(kms, now=second) for second in range(7))
    found: list[str] = []
    page = call(kms, "ListKeys", Limit=3)
    while True:
        found += [key["KeyId"] for key in page["Keys"]]
        if not page["Truncated"]:
            break
        page = call(kms, "ListKeys", Limit=3, Marker=page["NextMarker"])
    assert keys == found
    assert refused(kms, "ListKeys", Marker="no marker!")[0] == "InvalidMarkerException"
