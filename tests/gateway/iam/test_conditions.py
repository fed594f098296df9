"""The condition operators, by the tables of the IAM User Guide."""

from collections.abc import Mapping, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.gateway.iam.conditions import OPERATORS, condition

A_USER = "arn:aws:iam::111122223333:user/alice"


def holds(operator: str, wanted: Sequence[str], got: Sequence[str] | None, **more: str) -> bool:
    facts: Mapping[str, Sequence[str]] = {name: (value,) for name, value in more.items()}
    found = facts if got is None else {**facts, "key": got}
    return condition(operator, "Key", wanted).holds(found.get)


@pytest.mark.parametrize(
    ("operator", "wanted", "got", "truth"),
    [
        ("StringEquals", "a", "a", True),
        ("stringequals", "a", "a", True),
        ("StringEquals", "a", "A", False),
        ("StringEquals", "a*", "ab", False),
        ("StringNotEquals", "a", "b", True),
        ("StringEqualsIgnoreCase", "Straße", "STRASSE", True),
        ("StringNotEqualsIgnoreCase", "a", "A", False),
        ("StringLike", "a*c", "abbc", True),
        ("StringLike", "a?c", "ac", False),
        ("StringLike", "a.c", "abc", False),
        ("StringLike", "*", "two\nlines", True),
        ("StringNotLike", "a*", "b", True),
        ("NumericEquals", "7", "7.0", True),
        ("NumericNotEquals", "7", "8", True),
        ("NumericLessThan", "7", "7", False),
        ("NumericLessThanEquals", "7", "7", True),
        ("NumericGreaterThan", "7", "30", True),
        ("NumericGreaterThanEquals", "7", "6", False),
        ("NumericEquals", "7", "seven", False),
        ("NumericNotEquals", "7", "seven", True),
        ("DateEquals", "2026-01-02T00:00:00Z", "2026-01-02T00:00:00+00:00", True),
        ("DateLessThan", "2026-01-02", "2026-01-01T23:59:59Z", True),
        ("DateGreaterThan", "2026-01-02T01:00:00+02:00", "2026-01-01T23:30:00Z", True),
        ("DateGreaterThanEquals", "1767225600", "2026-01-01T00:00:00Z", True),
        ("DateLessThanEquals", "2025", "2025-01-01T00:00:01Z", False),
        ("DateNotEquals", "2025-06", "2025-06-01T00:00:00Z", False),
        ("Bool", "true", "true", True),
        ("Bool", "True", "false", False),
        ("BinaryEquals", "QmluYXJ5", "QmluYXJ5", True),
        ("BinaryEquals", "QmluYXJ5", "QmluYXJ6", False),
        ("IpAddress", "203.0.113.0/24", "203.0.113.9", True),
        ("IpAddress", "203.0.113.9", "203.0.113.8", False),
        ("IpAddress", "2001:db8::/32", "2001:db8::1", True),
        ("IpAddress", "2001:db8::/32", "203.0.113.9", False),
        ("NotIpAddress", "203.0.113.0/24", "198.51.100.1", True),
        ("ArnEquals", "arn:aws:iam::*:user/*", A_USER, True),
        ("ArnLike", "arn:aws:iam::111122223333:user/a?ice", A_USER, True),
        ("ArnLike", "arn:aws:*:user/alice", A_USER, False),
        ("ArnLike", "*", A_USER, True),
        ("ArnLike", "arn:aws:iam::*:user/*", "no ARN", False),
        ("ArnNotEquals", A_USER, A_USER, False),
        ("ArnNotLike", "arn:aws:iam::*:role/*", A_USER, True),
    ],
)
def test_an_operator_compares_as_documented(
    operator: str, wanted: str, got: str, truth: bool
) -> None:
    assert truth == holds(operator, [wanted], [got])


@pytest.mark.parametrize("name", sorted(set(OPERATORS) - {"Null"}))
def test_without_the_key_only_a_negated_operator_holds_or_one_if_it_exists(name: str) -> None:
    wanted = {"B": "true", "N": "1", "D": "1"}.get(name[0], "x")
    wanted = "QQ==" if name == "BinaryEquals" else "::1" if "Ip" in name else wanted
    negated = "Not" in name
    assert negated == holds(name, [wanted], None)
    assert holds(f"{name}IfExists", [wanted], None)
    assert holds(f"ForAllValues:{name}", [wanted], None)
    assert not holds(f"ForAnyValue:{name}", [wanted], None)


@pytest.mark.parametrize(
    ("wanted", "got", "truth"),
    [("true", None, True), ("true", ["x"], False), ("false", ["x"], True), ("false", None, False)],
)
def test_null_tells_whether_the_key_is_there(
    wanted: str, got: Sequence[str] | None, truth: bool
) -> None:
    assert truth == holds("Null", [wanted], got)


@pytest.mark.parametrize(
    ("operator", "wanted", "got", "truth"),
    [
        ("StringEquals", "ab", "b", True),
        ("StringNotEquals", "ab", "b", False),
        ("StringNotEquals", "ab", "c", True),
        ("ForAllValues:StringEquals", "ab", "ab", True),
        ("ForAllValues:StringEquals", "ab", "abc", False),
        ("ForAllValues:StringEquals", "ab", "", True),
        ("ForAnyValue:StringEquals", "ab", "bc", True),
        ("ForAnyValue:StringEquals", "ab", "cd", False),
        ("ForAnyValue:StringEquals", "ab", "", False),
        ("ForAllValues:StringNotEquals", "ab", "cd", True),
        ("ForAllValues:StringNotEquals", "ab", "bc", False),
        ("ForAnyValue:StringNotEquals", "ab", "bc", True),
        ("ForAnyValue:StringNotEquals", "ab", "ab", False),
        ("forallvalues:stringlike", ["a*"], ["ab", "ac"], True),
        ("ForAnyValue:StringEqualsIfExists", "a", "b", False),
    ],
)
def test_many_values_are_joined_as_documented(
    operator: str, wanted: Sequence[str], got: Sequence[str], truth: bool
) -> None:
    assert truth == holds(operator, list(wanted), list(got))


@pytest.mark.parametrize(
    ("wanted", "got", "more", "truth"),
    [
        ("${aws:username}", "alice", {"aws:username": "alice"}, True),
        ("${AWS:UserName}-x", "alice-x", {"aws:username": "alice"}, True),
        ("${aws:username}", "alice", {}, False),
        ("${aws:username, 'nobody'}", "nobody", {}, True),
        ("${aws:username, 'nobody'}", "alice", {"aws:username": "alice"}, True),
        ("a${*}c", "a*c", {}, True),
        ("a${*}c", "abc", {}, False),
        ("a${?}c", "a?c", {}, True),
        ("${$}{x}", "${x}", {}, True),
        ("${aws:username}", "abc", {"aws:username": "*"}, False),
    ],
)
@pytest.mark.parametrize("operator", ["StringEquals", "StringLike"])
def test_variables_are_filled_in_and_match_literally(
    operator: str, wanted: str, got: str, more: dict[str, str], truth: bool
) -> None:
    assert truth == holds(operator, [wanted], [got], **more)


@pytest.mark.parametrize("name", ["StringSimilar", "Null:Bool", "ForSome:StringEquals", "Equals"])
def test_an_operator_that_is_none_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match=name):
        condition(name, "key", ["x"])


values = st.lists(st.sampled_from("abAB*?"), max_size=3)


@given(st.sampled_from(sorted(OPERATORS)), values, st.none() | values)
def test_a_negated_operator_is_the_opposite_of_its_counterpart(
    name: str, wanted: list[str], got: list[str] | None
) -> None:
    counterpart = name.replace("NotEquals", "Equals").replace("NotLike", "Like")
    if name.startswith(("String", "Arn")) and counterpart != name:
        assert holds(name, wanted, got) != holds(counterpart, wanted, got)


@given(st.sampled_from(sorted(OPERATORS)), st.text(), st.lists(st.text()))
def test_no_text_breaks_an_operator(name: str, wanted: str, got: list[str]) -> None:
    try:
        found = condition(name, "key", [wanted])
    except ValueError:
        return
    assert found.holds({"key": got}.get) in (True, False)
