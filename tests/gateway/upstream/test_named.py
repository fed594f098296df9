"""Which keys a request names, when nothing but its bytes is known."""

import pytest

from harness.gateway.upstream.named import Named

ID = "1234abcd-12ab-34cd-56ef-1234567890ab"
ARN = f"arn:aws:kms:us-east-1:123456789012:key/{ID}"
ALIAS = "arn:aws:kms:us-east-1:123456789012:alias/mine"


@pytest.mark.parametrize(
    ("body", "name"),
    [
        (f'{{"KeyId": "{ID}"}}', ARN),
        (f'{{"KeyId": "{ARN}", "More": [1]}}', ID),
        (f'{{"SourceKeyId": "x", "DestinationKeyId": "{ID}"}}', ID),
        (f'{{"KeyId": "{ALIAS}"}}', "alias/mine"),
    ],
)
def test_a_key_is_known_by_its_id_or_arn_and_an_alias_by_itself(body: str, name: str) -> None:
    assert Named(body.encode())(name)


@pytest.mark.parametrize(
    "body", ['{"KeyId": "alias/mine"}', "{}", "", "[]", '{"KeyId": 7}', "\udcff", "[" * 10_000]
)
def test_other_bytes_name_no_such_key(body: str) -> None:
    assert not Named(body.encode(errors="surrogateescape"))(ID)
