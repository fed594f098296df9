"""Keeps every envelope as an object in S3, `<prefix>/<recording>.ekm`; boto3 repeats what fails."""

import contextlib
import importlib
import re
import threading
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final, TypeVar
from urllib.parse import urlsplit

from harness.backend import client, is_aws
from harness.errors import BadInput
from harness.store import Opening
from harness.store._ids import Ids

__all__ = ["S3"]

T = TypeVar("T")

_CONNECT_S: Final = 5.0
_READ_S: Final = 10.0
# Longer than the calls ahead can take with all their attempts.
_TURN_S: Final = 120.0
_READS: Final = 3
# What botocore's reading of an answer that is not S3's ends in, besides its own error.
_UNREADABLE: Final = (AttributeError, KeyError, TypeError, ValueError)
_KEY: Final = re.compile(r"([0-9a-f]{16})\.ekm")


class S3:
    """Envelopes in a bucket: an object is there whole or not at all, and replaced as a whole."""

    def __init__(self, opening: Opening) -> None:
        self._bucket = opening.bucket()
        self._turns = threading.BoundedSemaphore(self._bucket.calls)
        self._errors = importlib.import_module("botocore.exceptions")
        self._parser_error = importlib.import_module("botocore.parsers").ResponseParserError
        host = urlsplit(self._bucket.place.endpoint).hostname or ""
        self._client = client(
            self._bucket.place,
            service="s3",
            max_pool_connections=self._bucket.calls,
            connect_timeout=_CONNECT_S,
            read_timeout=_READ_S,
            s3={"addressing_style": "auto" if is_aws(host) else "path"},
        )
        try:
            self._call("open", self._open)
            self._ids = Ids(self._call("list", lambda: list(self._listed())))
        except BadInput:
            self.close()
            raise

    def put(self, recording: int, envelope: bytes) -> None:
        self._call("store into", lambda: self._stored(recording, envelope))
        self._ids.add(recording)

    def get(self, recording: int) -> bytes | None:
        return self._call("fetch from", lambda: self._fetched(recording))

    def kept(self) -> Sequence[int]:
        return self._ids.all

    def close(self) -> None:
        self._client.close()

    def _open(self) -> None:
        """See that the bucket is there, or make it where that is allowed."""
        try:
            self._client.head_bucket(Bucket=self._bucket.name)
        except self._errors.ClientError as error:
            if not self._bucket.make or _code(error) != "404":
                raise
            self._make()

    def _make(self) -> None:
        region = self._bucket.place.region
        # The oldest Region is the one that may not be named.
        where = {"LocationConstraint": region} if region != "us-east-1" else None
        how = {"CreateBucketConfiguration": where} if where else {}
        try:
            self._client.create_bucket(Bucket=self._bucket.name, **how)
        except self._client.exceptions.BucketAlreadyOwnedByYou:
            return  # another run was faster

    def _listed(self) -> Iterator[int]:
        pages = self._client.get_paginator("list_objects_v2").paginate(
            Bucket=self._bucket.name, Prefix=f"{self._bucket.prefix}/"
        )
        for page in pages:
            _ = page["IsTruncated"]  # which every S3 says, and nothing else does
            for found in page.get("Contents", ()):
                key = _KEY.fullmatch(found["Key"].rpartition("/")[2])
                if key and found["Key"] == self._key(int(key[1], 16)):
                    yield int(key[1], 16)

    def _stored(self, recording: int, envelope: bytes) -> str:
        """The object's tag, without which whatever answered has not taken it."""
        answer = self._client.put_object(
            **self._object(recording), Body=envelope, ContentType="application/octet-stream"
        )
        return str(answer["ETag"])

    def _fetched(self, recording: int) -> bytes | None:
        """The SDK repeats calls, but not the reading of a body that broke off."""
        broken = (self._errors.ResponseStreamingError, self._errors.IncompleteReadError)
        for _ in range(_READS - 1):
            with contextlib.suppress(*broken):
                return self._read(recording)
        return self._read(recording)

    def _read(self, recording: int) -> bytes | None:
        try:
            answer = self._client.get_object(**self._object(recording))
        except self._client.exceptions.NoSuchKey:
            return None
        # `with` on the body itself would give what lies below it, which checks nothing.
        with contextlib.closing(answer["Body"]) as body:
            envelope: bytes = body.read()
        return envelope

    def _object(self, recording: int) -> dict[str, str]:
        return {"Bucket": self._bucket.name, "Key": self._key(recording)}

    def _key(self, recording: int) -> str:
        return f"{self._bucket.prefix}/{recording:016x}.ekm"

    def _call(self, verb: str, call: Callable[[], T]) -> T:
        """What `call` brings, in its turn; what even repeating did not mend as one line."""
        place = f"cannot {verb} bucket {self._bucket.name} at {self._bucket.place.endpoint}"
        if not self._turns.acquire(timeout=_TURN_S):
            raise BadInput(f"{place}: no call came back in {_TURN_S:g} s")
        try:
            return call()
        except self._errors.ClientError as error:
            raise BadInput(f"{place}: {_said(error)}") from None
        except self._errors.BotoCoreError as error:
            raise BadInput(f"{place}: {' '.join(str(error).split())}") from None
        except (self._parser_error, *_UNREADABLE) as error:
            raise BadInput(f"{place}: no answer of S3's: {type(error).__name__}") from None
        finally:
            self._turns.release()


def _code(error: Any) -> str:
    return str(error.response.get("Error", {}).get("Code", ""))


def _said(error: Any) -> str:
    said = error.response.get("Error", {})
    words = {
        "301": "it is in another Region",
        "403": "access denied",
        "404": "there is no such bucket",
    }
    message = words.get(_code(error)) or f"{_code(error)}: {said.get('Message', '')}"
    return " ".join(message.split())
