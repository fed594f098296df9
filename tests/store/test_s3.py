"""The store in S3, against real LocalStack: what it makes, finds again, and says when it fails."""

import re
import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from harness.backend import Backend, client
from harness.errors import BadInput
from harness.registry import find
from harness.store import Opening, Store
from tests.gateway.running import Running
from tests.localstack import PATIENT, free_port
from tests.store.buckets import opening
from tests.store.cutting import cutting

pytestmark = PATIENT


@contextmanager
def opened(there: Opening) -> Iterator[Store]:
    store: Store = find("store", "s3")(there)
    try:
        yield store
    finally:
        store.close()


@pytest.fixture
def s3(localstack: Backend) -> Iterator[Any]:
    made = client(localstack, service="s3", s3={"addressing_style": "path"})
    yield made
    made.close()


def test_an_object_is_the_envelope_and_tells_nothing_else(localstack: Backend, s3: Any) -> None:
    with opened(opening(localstack, "run-1", "objects/drills")) as store:
        store.put(7, b"envelope")
    found = s3.get_object(Bucket="objects", Key="drills/run-1/0000000000000007.ekm")
    assert found["Body"].read() == b"envelope"
    assert (found["ContentType"], found["Metadata"]) == ("application/octet-stream", {})


def test_over_a_thousand_are_found_again_and_nothing_that_is_not_ours(
    localstack: Backend, s3: Any
) -> None:
    there = opening(localstack, "many", "listing", calls=16)
    with opened(there) as store, ThreadPoolExecutor(16) as threads:
        list(threads.map(lambda id: store.put(id, b"%d" % id), range(1_203)))
    for key in ("many/readme.txt", "many/7.ekm", f"many/deeper/{5_000:016x}.ekm", "many2/x.ekm"):
        s3.put_object(Bucket="listing", Key=key, Body=b"not ours")
    with opened(there) as again:
        assert list(again.kept()) == list(range(1_203))
        assert again.get(1_202) == b"1202"


def test_runs_do_not_see_each_others_recordings(localstack: Backend) -> None:
    with (
        opened(opening(localstack, "one", "shared/x")) as one,
        opened(opening(localstack, "two", "shared/x")) as two,
    ):
        one.put(1, b"of the first")
        assert (two.get(1), list(two.kept())) == (None, [])


def test_a_bucket_in_another_region_is_made_there(localstack: Backend, s3: Any) -> None:
    with opened(opening(replace(localstack, region="eu-west-1"), "run", "elsewhere")) as store:
        store.put(1, b"envelope")
    assert s3.get_bucket_location(Bucket="elsewhere")["LocationConstraint"] == "eu-west-1"


def test_a_bucket_that_may_not_be_made_must_be_there(localstack: Backend, s3: Any) -> None:
    with (
        pytest.raises(BadInput, match=r"^cannot open bucket nowhere at http://127.*: .*no such"),
        opened(opening(localstack, "run", "nowhere", make=False)),
    ):
        pass
    assert "nowhere" not in [found["Name"] for found in s3.list_buckets()["Buckets"]]


def test_an_object_that_somebody_deleted_is_missing(localstack: Backend, s3: Any) -> None:
    with opened(opening(localstack, "run", "deleting")) as store:
        store.put(1, b"envelope")
        s3.delete_object(Bucket="deleting", Key="run/0000000000000001.ekm")
        assert (store.get(1), list(store.kept())) == (None, [1])


def test_an_answer_that_breaks_off_is_asked_for_again(localstack: Backend) -> None:
    envelope = bytes(range(256)) * 8_192
    with cutting(localstack.endpoint, limit=len(envelope) // 2, cuts=2) as way:
        there = replace(localstack, endpoint=way.endpoint)
        with opened(opening(there, "run", "cut")) as store:
            store.put(1, envelope)
            assert store.get(1) == envelope
    assert way.left == 0


def test_an_answer_that_always_breaks_off_is_one_line(localstack: Backend) -> None:
    envelope = bytes(2**20)
    with cutting(localstack.endpoint, limit=len(envelope) // 2, cuts=99) as way:
        there = replace(localstack, endpoint=way.endpoint)
        with opened(opening(there, "run", "cut")) as store:
            store.put(2, envelope)
            with pytest.raises(BadInput, match=r"^cannot fetch from bucket cut at [^\n]*$"):
                store.get(2)


def test_a_bucket_that_is_gone_is_one_line(localstack: Backend, s3: Any) -> None:
    with opened(opening(localstack, "run", "brief")) as store:
        s3.delete_bucket(Bucket="brief")
        with pytest.raises(BadInput, match=r"^cannot store into .*: NoSuchBucket: [^\n]*$"):
            store.put(1, b"envelope")
        with pytest.raises(BadInput, match=r"^cannot fetch from .*: NoSuchBucket: [^\n]*$"):
            store.get(1)
        assert list(store.kept()) == []


def test_an_s3_that_does_not_answer_is_one_line() -> None:
    nobody = Backend("localstack", f"http://127.0.0.1:{free_port()}", "us-east-1", False)
    with (
        pytest.raises(BadInput, match=r"^cannot open bucket ekm-harness at [^\n]*connect[^\n]*$"),
        opened(opening(nobody, "run")),
    ):
        pass


def test_what_hangs_up_on_everyone_is_one_line() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server, ThreadPoolExecutor(1) as threads:
        server.settimeout(30)

        def hang_up() -> None:
            for _ in range(3):
                server.accept()[0].close()

        ended = threads.submit(hang_up)
        refused(f"http://127.0.0.1:{server.getsockname()[1]}")
        ended.result(30)


class _Page(BaseHTTPRequestHandler):
    """A web server that has a page for every question."""

    page = b""

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", str(len(self.page)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(self.page)

    do_HEAD = do_PUT = do_GET  # noqa: N815  # the names are the library's

    def log_message(self, *_: object) -> None: ...


@pytest.mark.parametrize("page", [b"<html>welcome<br></html>", b"{}", b"", b"<x/>\n\n\0"])
def test_what_is_no_s3_is_one_line(page: bytes) -> None:
    answering = type("_Answering", (_Page,), {"page": page})
    with ThreadingHTTPServer(("127.0.0.1", 0), answering) as server:
        threads = ThreadPoolExecutor(1)
        threads.submit(server.serve_forever)
        try:
            refused(f"http://127.0.0.1:{server.server_port}")
        finally:
            server.shutdown()
            threads.shutdown()


def test_a_kms_is_no_s3(shared_gateway: Running) -> None:
    refused(shared_gateway.url)


def refused(endpoint: str) -> None:
    """Opening a store there fails, in one line that says where."""
    place = Backend("localstack", endpoint, "us-east-1", False)
    with pytest.raises(BadInput) as said, opened(opening(place, "run")):
        pass
    where = rf"bucket ekm-harness at {re.escape(endpoint)}: [^\n]+"
    assert re.fullmatch(rf"cannot (open|list) {where}", str(said.value))
