"""Runs that keep what they sealed, in S3: real LocalStack's, with the embedded KMS and with its."""

from collections.abc import Iterator
from typing import Any

import pytest

from harness.backend import Backend, client
from tests.localstack import PATIENT
from tests.processes import Desk, ended_in_any_case, finish, until

pytestmark = PATIENT


@pytest.fixture
def s3(localstack: Backend) -> Iterator[Any]:
    made = client(localstack, service="s3", s3={"addressing_style": "path"})
    yield made
    made.close()


def keys(s3: Any, bucket: str) -> list[str]:
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket=bucket)
    return [found["Key"] for page in pages for found in page.get("Contents", ())]


def test_all_that_was_sealed_is_in_the_bucket_and_plays(
    desk: Desk, localstack: Backend, s3: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", localstack.endpoint)
    ended = desk.ekm("run", desk.scenario(run_time="4s"), "--bucket", "kept/drills")
    assert ended.code == 0, ended
    summary = desk.summary()
    (run,) = desk.runs()
    sealed = summary["recordings"]["sealed"]
    found = keys(s3, "kept")
    assert len(found) == sealed > 100
    assert {key.rpartition("/")[0] for key in found} == {f"drills/{run.name}"}
    assert summary["playback"]["ok"] == summary["playback"]["attempted"] == sealed
    assert not (run / "sealed").exists()


def test_localstack_has_both_the_key_and_the_bucket(
    desk: Desk, localstack: Backend, s3: Any
) -> None:
    there = ("--kms", "localstack", "--endpoint", localstack.endpoint, "--store", "s3")
    ended = desk.ekm("run", desk.scenario(run_time="3s"), *there)
    assert ended.code == 0, ended
    (run,) = desk.runs()
    kept = [key for key in keys(s3, "ekm-harness") if key.startswith(f"{run.name}/")]
    assert len(kept) == desk.summary()["recordings"]["sealed"] > 0


def test_a_bucket_that_goes_away_ends_the_run_in_one_line_and_loses_nothing(
    desk: Desk, localstack: Backend, s3: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", localstack.endpoint)
    scenario = desk.scenario(lines=2, rate="1/s", run_time="60s")

    def stored() -> bool:
        made = [found["Name"] for found in s3.list_buckets()["Buckets"]]
        return "going" in made and bool(keys(s3, "going"))

    def gone() -> bool:
        for key in keys(s3, "going"):
            s3.delete_object(Bucket="going", Key=key)
        try:
            s3.delete_bucket(Bucket="going")
        except s3.exceptions.ClientError:
            return False
        return True

    with ended_in_any_case(desk.start("ekm", "run", scenario, "--bucket", "going")) as process:
        until("a recording was stored", stored)
        until("the bucket is gone", gone)
        ended = finish(process)
    assert ended.code == 2, ended
    (told,) = [line for line in ended.lines if line.startswith("ekm: ")]
    assert told.startswith("ekm: cannot store into bucket going at http://127.0.0.1:")
    assert "NoSuchBucket" in told
    assert desk.summary()["recordings"]["lost"] == 0


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--store", "s3"), "no S3 to store into, the embedded KMS brings none, wanted AWS_END"),
        (("--store", "directory", "--bucket", "kept"), "--bucket has no effect on --store: got"),
        (("--bucket", "Capitals"), "the bucket: got 'Capitals', wanted 3 to 63 small letters"),
    ],
)
def test_a_bucket_that_cannot_be_is_one_line(desk: Desk, words: tuple[str, ...], said: str) -> None:
    ended = desk.ekm("run", desk.scenario(), *words)
    assert (ended.code, len(ended.lines)) == (2, 1), ended
    assert ended.said.startswith(f"ekm: {said}")
    assert desk.runs() == []


@pytest.mark.parametrize("kms", ["embedded", "localstack"])
def test_no_bucket_of_awss_is_asked_for_without_aws(
    desk: Desk, kms: str, localstack: Backend, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", "https://s3.eu-west-1.amazonaws.com")
    there = ("--endpoint", localstack.endpoint) if kms == "localstack" else ()
    ended = desk.ekm("run", desk.scenario(), "--kms", kms, *there, "--bucket", "kept")
    assert (ended.code, len(ended.lines)) == (2, 1), ended
    assert ended.said.startswith("ekm: the endpoint is AWS's own, on --kms ")
