"""Which KMS a run is against, and as whom."""

import subprocess
import sys
from pathlib import Path

import pytest

from harness.backend import Backend, ca_bundle, client, credentials, resolve
from harness.errors import BadInput, UnknownName

AWS = Backend("aws", "https://kms.eu-west-1.amazonaws.com", "eu-west-1", gateway=False)


@pytest.mark.parametrize(
    ("name", "endpoint", "environment", "expected"),
    [
        ("embedded", None, {}, ("", "us-east-1", True)),
        ("embedded", "http://127.0.0.1:1/", {}, ("http://127.0.0.1:1", "us-east-1", True)),
        ("localstack", None, {}, ("http://localhost:4566", "us-east-1", False)),
        (
            "localstack",
            None,
            {"LOCALSTACK_HOST": "elsewhere:77"},
            ("http://elsewhere:77", "us-east-1", False),
        ),
        ("aws", None, {}, ("https://kms.us-east-1.amazonaws.com", "us-east-1", False)),
        (
            "aws",
            None,
            {"AWS_DEFAULT_REGION": "eu-central-1"},
            ("https://kms.eu-central-1.amazonaws.com", "eu-central-1", False),
        ),
        (
            "localstack",
            None,
            {"AWS_ENDPOINT_URL": "http://a:1"},
            ("http://a:1", "us-east-1", False),
        ),
        (
            "localstack",
            None,
            {"AWS_ENDPOINT_URL": "http://a:1", "AWS_ENDPOINT_URL_KMS": "http://b:2"},
            ("http://b:2", "us-east-1", False),
        ),
        (
            "localstack",
            "http://c:3",
            {"AWS_ENDPOINT_URL_KMS": "http://b:2"},
            ("http://c:3", "us-east-1", False),
        ),
    ],
)
def test_an_endpoint_is_the_one_named_else_the_environments_else_the_usual(
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    endpoint: str | None,
    environment: dict[str, str],
    expected: tuple[str, str, bool],
) -> None:
    for variable, value in environment.items():
        monkeypatch.setenv(variable, value)
    found = resolve(name, endpoint, None)
    assert (found.endpoint, found.region, found.gateway) == expected


def test_a_region_that_is_named_comes_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-central-1")
    found = resolve("aws", None, "ap-southeast-2")
    assert found.endpoint == "https://kms.ap-southeast-2.amazonaws.com"


def test_a_backend_that_there_is_not_is_answered_with_the_close_match() -> None:
    with pytest.raises(UnknownName, match=r"no KMS backend named 'localstac'. Did you mean"):
        resolve("localstac", None, None)


@pytest.mark.parametrize("endpoint", ["127.0.0.1:4566", "ftp://there", "kms"])
def test_an_endpoint_that_is_no_url_is_refused(endpoint: str) -> None:
    with pytest.raises(BadInput, match="the KMS endpoint: got"):
        resolve("embedded", endpoint, None)


def test_a_stand_in_is_called_under_made_up_credentials_where_there_are_none() -> None:
    found = credentials(resolve("localstack", None, None)).get_frozen_credentials()
    assert (found.access_key, found.secret_key) == ("harness", "harness")


def test_on_aws_credentials_are_asked_for_by_the_names_boto3_has_for_them() -> None:
    with pytest.raises(BadInput, match=r"no AWS credentials were found, wanted .*AWS_PROFILE"):
        credentials(AWS)


def test_the_environments_credentials_are_used_by_signer_and_sdk(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    monkeypatch.setenv("AWS_SESSION_TOKEN", "token")
    found = credentials(AWS).get_frozen_credentials()
    assert (found.access_key, found.secret_key, found.token) == ("AKIDEXAMPLE", "secret", "token")


def test_a_profile_that_there_is_not_is_bad_input(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_PROFILE", "nobody")
    with pytest.raises(BadInput, match="nobody"):
        resolve("aws", None, None)


def test_the_sdks_retries_are_as_asked_for() -> None:
    backend = Backend("embedded", "http://127.0.0.1:1", "us-east-1", gateway=True)
    modes = {
        mode: client(backend, mode).meta.config.retries for mode in ("off", "legacy", "adaptive")
    }
    assert modes["off"]["total_max_attempts"] == 1
    assert [modes[mode]["mode"] for mode in ("legacy", "adaptive")] == ["legacy", "adaptive"]


def test_a_ca_bundle_is_had_from_where_boto3_would_have_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours, theirs = tmp_path / "aws.pem", tmp_path / "requests.pem"
    ours.touch()
    theirs.touch()
    monkeypatch.delenv("REQUESTS_CA_BUNDLE", raising=False)
    assert ca_bundle() is None
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(theirs))
    assert ca_bundle() == str(theirs)
    monkeypatch.setenv("AWS_CA_BUNDLE", str(ours))
    assert ca_bundle() == str(ours)
    ours.unlink()
    with pytest.raises(BadInput, match="wanted a file that exists"):
        ca_bundle()


def test_boto3_is_not_imported_before_it_is_needed() -> None:
    done = subprocess.run(
        [
            sys.executable,
            "-c",
            "import harness.backend, harness.plan, harness.scenario, sys\n"
            "assert not {'boto3', 'botocore', 'urllib3', 'locust', 'pandas'} & set(sys.modules)",
        ],
        check=False,
        timeout=60,
    )
    assert done.returncode == 0
