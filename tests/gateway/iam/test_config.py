"""The file of identities, and how its mistakes are told."""

from pathlib import Path

import pytest

from harness.errors import BadInput
from harness.gateway.iam.config import identities
from harness.gateway.iam.policy import Verdict, everything
from harness.principals import SECRET
from tests.gateway.iam.whom import KEY, NOTHING, allow, document

DOCUMENTED = Path(__file__).parents[3] / "docs" / "identities.toml"


def wrong(tmp_path: Path, text: str) -> str:
    path = tmp_path / "who.toml"
    path.write_text(text)
    with pytest.raises(BadInput) as error:
        identities(path)
    message = str(error.value)
    assert message.startswith(str(path))
    assert "\n" not in message
    return message.removeprefix(str(path))


ENTRY = '[[identity]]\naccess_key = "AKIAEXAMPLE0"\narn = "arn:aws:iam::111122223333:user/alice"\n'


def test_the_documented_example_is_read() -> None:
    admin, platform, auditor = identities(DOCUMENTED)
    assert admin.policy is everything()
    assert (platform.account, platform.organization) == ("210987654321", "o-exampleorg")
    assert platform.policy.verdict(platform, "kms:Decrypt", KEY, NOTHING) is Verdict.ALLOW
    assert platform.policy.verdict(platform, "kms:DisableKey", KEY, NOTHING) is Verdict.NOTHING
    assert auditor.arn.endswith(":assumed-role/auditor/review")
    assert dict(auditor.tags) == {"team": "compliance"}
    assert auditor.policy.verdict(auditor, "kms:DescribeKey", KEY, NOTHING) is Verdict.ALLOW


def test_only_key_and_arn_are_needed(tmp_path: Path) -> None:
    path = tmp_path / "who.toml"
    path.write_text(ENTRY)
    (alice,) = identities(path)
    assert (alice.secret_key, alice.via_service, alice.policy) == (SECRET, "", everything())


def test_a_policy_may_be_in_a_file_beside(tmp_path: Path) -> None:
    path = tmp_path / "who.toml"
    path.write_text(ENTRY + 'policy = "alice.json"')
    (tmp_path / "alice.json").write_text(document(allow(action="kms:Encrypt")))
    (alice,) = identities(path)
    assert alice.policy.verdict(alice, "kms:Encrypt", KEY, NOTHING) is Verdict.ALLOW
    assert alice.policy.verdict(alice, "kms:Decrypt", KEY, NOTHING) is Verdict.NOTHING


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[[identity", ": Expected ']]'"),
        ("", "missing required field `identity`"),
        (ENTRY + 'nick = "al"', "unknown field `nick`"),
        (ENTRY.replace("AKIAEXAMPLE0", "short"), "matching regex"),
        (
            ENTRY.replace("user/alice", "role/alice"),
            "arn: got 'arn:aws:iam::111122223333:role/alice'",
        ),
        (ENTRY + ENTRY, "access_key: got 'AKIAEXAMPLE0', wanted each once"),
        (ENTRY + 'policy = "nobody.json"', "policy: got"),
        (ENTRY + 'policy = "{}"', "policy: got"),
        (ENTRY + "policy = 5", "Expected `str | object | null`, got `int`"),
        (ENTRY + "tags = {a = 1}", "Expected `str`, got `int`"),
        (ENTRY + 'secret_key = ""', "length >= 1"),
        (
            ENTRY + '[identity.policy]\nStatement = [{Effect = "Deny", Principal = "*"}]',
            "should not specify a principal",
        ),
    ],
)
def test_a_mistake_is_told_in_one_line_that_names_the_file(
    tmp_path: Path, text: str, says: str
) -> None:
    assert says in wrong(tmp_path, text)


def test_a_file_that_is_not_there_or_no_text_is_a_mistake(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="No such file"):
        identities(tmp_path / "nowhere.toml")
    (tmp_path / "bytes.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(BadInput, match=r"bytes\.toml"):
        identities(tmp_path / "bytes.toml")
