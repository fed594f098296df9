"""Which bucket, at which endpoint; and that nothing is AWS's unless AWS was asked for."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.backend import Backend
from harness.bucket import find_bucket
from harness.errors import BadInput

EMBEDDED = Backend("embedded", "http://127.0.0.1:4599", "us-east-1", True)
LOCALSTACK = Backend("localstack", "http://127.0.0.1:4570", "us-east-1", False)
AWS = Backend("aws", "https://kms.eu-west-1.amazonaws.com", "eu-west-1", False)
MINIO = "http://127.0.0.1:9000"


def test_localstack_keeps_it_where_its_kms_is() -> None:
    bucket = find_bucket(None, "run-1", LOCALSTACK, 8)
    assert (bucket.place, bucket.make, bucket.calls) == (LOCALSTACK, True, 8)
    assert (bucket.name, bucket.prefix) == ("ekm-harness", "run-1")


@pytest.mark.parametrize(
    ("wish", "name", "prefix"),
    [
        ("sealed", "sealed", "run-1"),
        ("sealed/", "sealed", "run-1"),
        ("sealed/drills", "sealed", "drills/run-1"),
        ("sealed//a/b/", "sealed", "a/b/run-1"),
    ],
)
def test_each_run_has_a_prefix_of_its_own(wish: str, name: str, prefix: str) -> None:
    bucket = find_bucket(wish, "run-1", LOCALSTACK, 8)
    assert (bucket.name, bucket.prefix) == (name, prefix)


@pytest.mark.parametrize(
    "wish", ["ab", "/drills", "Capital", "under_score", "-dash", "a" * 64, "a b c"]
)
def test_a_name_that_no_bucket_can_have_is_refused(wish: str) -> None:
    with pytest.raises(BadInput, match=r"^the bucket: got"):
        find_bucket(wish, "run", LOCALSTACK, 8)


def test_the_embedded_kms_brings_no_s3() -> None:
    with pytest.raises(BadInput, match=r"^no S3 to store into[^\n]*AWS_ENDPOINT_URL_S3[^\n]*$"):
        find_bucket("sealed", "run", EMBEDDED, 8)


@pytest.mark.parametrize("name", ["AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_S3"])
@pytest.mark.parametrize("kms", [EMBEDDED, LOCALSTACK], ids=lambda kms: kms.name)
def test_an_endpoint_of_the_environment_is_taken(
    kms: Backend, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, MINIO + "/")
    bucket = find_bucket(None, "run", kms, 8)
    assert (bucket.place.endpoint, bucket.make) == (MINIO, True)
    assert not bucket.place.gateway, "made-up identities of our gateway are nobody's at an S3"


def test_that_for_s3_goes_before_that_for_all(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", MINIO)
    assert find_bucket(None, "run", EMBEDDED, 8).place.endpoint == MINIO


def test_a_bucket_is_not_made_at_somebodys_elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", "https://s3.example.com")
    assert not find_bucket("sealed", "run", LOCALSTACK, 8).make


def test_on_aws_a_bucket_is_named_and_never_made(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(BadInput, match=r"^no bucket was named, wanted --bucket"):
        find_bucket(None, "run", AWS, 8)
    bucket = find_bucket("sealed", "run", AWS, 8)
    assert (bucket.place.endpoint, bucket.make) == ("https://s3.eu-west-1.amazonaws.com", False)
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", MINIO)
    assert not find_bucket("sealed", "run", AWS, 8).make


hosts = st.sampled_from(
    ["s3.amazonaws.com", "S3.EU-WEST-1.AMAZONAWS.COM.", "b.s3.cn-north-1.amazonaws.com.cn",
     "s3.dualstack.us-east-1.amazonaws.com", "s3.eu-west-1.api.aws"]
)  # fmt: skip


@given(hosts, st.sampled_from([EMBEDDED, LOCALSTACK]), st.sampled_from(["", "_S3"]))
def test_no_endpoint_of_awss_is_taken_without_aws(host: str, kms: Backend, suffix: str) -> None:
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv(f"AWS_ENDPOINT_URL{suffix}", f"https://{host}/")
        with pytest.raises(BadInput, match="the endpoint is AWS's own, on --kms"):
            find_bucket("sealed", "run", kms, 8)
