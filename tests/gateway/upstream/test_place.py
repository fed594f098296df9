"""Which upstreams are accepted, and on which conditions; nothing is asked of any."""

from typing import Any

import pytest

from harness.errors import BadInput
from harness.gateway.options import Options
from harness.gateway.upstream.place import Place

KEY = "arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"
AWS = "https://kms.eu-west-1.amazonaws.com"
LEAVE: dict[str, Any] = {"allow_aws": True, "budget": 10, "keys": (KEY,)}


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:4566",
        "http://[::1]:4566/",
        "http://localhost:4566",
        "http://localstack:4566",
        "http://host.docker.internal:4566",
        "https://localhost.localstack.cloud:4566",
        "http://10.1.2.3",
    ],
)
def test_what_is_plainly_near_needs_no_leave(url: str) -> None:
    assert Place(url=url).near


def test_leave_is_asked_only_before_what_is_near_and_has_no_guard() -> None:
    near = "http://127.0.0.1:4566"
    assert Place(url=near, enforce=True).enforce
    for url, more in ((AWS, LEAVE), (near, {"budget": 5}), (near, {"keys": (KEY,)})):
        with pytest.raises(BadInput, match=r"--enforce: got '.*', wanted an upstream that is not"):
            Place(url=url, enforce=True, **more)


@pytest.mark.parametrize(
    "url",
    [
        AWS,
        "https://vpce-1a2b-3c.kms.eu-west-1.vpce.amazonaws.com",
        "https://kms.eu-west-1.api.aws",
        "https://KMS.EU-WEST-1.AMAZONAWS.COM.",
        "https://kms.example.com",
        "https://93.184.216.34",
        "https://localhost.example.com",
    ],
)
def test_what_is_or_may_be_aws_takes_flag_budget_and_keys(url: str) -> None:
    for missing in LEAVE:
        less = {name: given for name, given in LEAVE.items() if name != missing}
        with pytest.raises(BadInput, match="wanted --allow-aws with --request-budget N"):
            Place(url=url, **less)
    assert not Place(url=url, **LEAVE).near


def test_far_away_it_must_be_https() -> None:
    with pytest.raises(BadInput, match="wanted https"):
        Place(url=AWS.replace("https", "http"), **LEAVE)


@pytest.mark.parametrize(
    "url",
    [
        "127.0.0.1:4566",
        "ftp://127.0.0.1",
        "http://",
        "http://127.0.0.1:4566/kms",
        "http://127.0.0.1:4566?x",
        "http://127.0.0.1:0",
        "http://127.0.0.1:99999",
        "http://[::1",
        "http://a b",
        "http://a\r\nX-Evil: 1",
        "http://user:word@127.0.0.1:4566",
    ],
)
def test_what_is_no_plain_url_is_refused(url: str) -> None:
    with pytest.raises(BadInput, match="wanted a"):
        Place(url=url)


@pytest.mark.parametrize("change", [{"budget": 0}, {"keys": ("alias/mine",)}, {"keys": ("",)}])
def test_a_budget_of_nothing_and_a_key_without_an_arn_are_refused(change: Any) -> None:
    with pytest.raises(BadInput, match=r"--request-budget|--allow-key"):
        Place(url=AWS, **(LEAVE | change))


def test_another_regions_endpoint_or_key_is_refused() -> None:
    Options(region="eu-west-1", upstream=Place(url=AWS, **LEAVE))
    with pytest.raises(BadInput, match="an endpoint of --region eu-central-1"):
        Options(region="eu-central-1", upstream=Place(url=AWS, **LEAVE))
    near = Place(url="http://127.0.0.1:4566", keys=(KEY,))
    with pytest.raises(BadInput, match="a key of --region us-east-1"):
        Options(region="us-east-1", upstream=near)
