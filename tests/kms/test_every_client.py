"""What every KMS client promises, against an embedded KMS that is really there, and against
servers that are not what they should be."""

import base64
import json
import socket
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_der_private_key,
)

from harness.admin import Admin
from harness.backend import Backend
from harness.errors import Failure, KmsError
from harness.kms import Connection, Kms
from harness.policy.terms import Terms
from harness.policy.write import write
from harness.principals import PLATFORM_ARN
from harness.registry import find, names
from tests.gateway.running import REGION, Running, platform_key
from tests.kms.certificates import self_signed
from tests.kms.servers import always, answering, black_hole, nobody, raw, then_closing

CONTEXT = {"organization": "contact-centre", "recording": "0000000000000007"}
TIMEOUT_S = 2.0
Connect = Callable[..., Kms]


@pytest.fixture(params=names("kms"))
def connect(request: pytest.FixtureRequest) -> Iterator[Connect]:
    """Makes a client of each kind for an endpoint and a key."""
    made: list[Kms] = []

    def one(endpoint: str | int, key: str = "any", timeout_s: float = TIMEOUT_S) -> Kms:
        url = f"http://127.0.0.1:{endpoint}" if isinstance(endpoint, int) else endpoint
        connection = Connection(
            Backend("embedded", url, REGION, gateway=True), key, timeout_s, 4, "off"
        )
        made.append(find("kms", request.param)(connection, lambda *_: None))
        return made[-1]

    yield one
    for client in made:
        client.close()


@pytest.fixture(scope="module")
def control(shared_gateway: Running) -> Any:
    return shared_gateway.client(retries={"total_max_attempts": 8, "mode": "standard"})


@pytest.fixture(scope="module")
def key(control: Any) -> str:
    return platform_key(control)


@pytest.fixture
def kms(connect: Connect, shared_gateway: Running, key: str) -> Kms:
    return connect(shared_gateway.url, key)


def refused(kms: Kms) -> KmsError:
    with pytest.raises(KmsError) as error:
        kms.generate_data_key(CONTEXT)
    return error.value


def test_a_data_key_comes_back_out_of_its_wrapped_copy(kms: Kms) -> None:
    made = kms.generate_data_key(CONTEXT)
    assert len(made.plaintext) == 32
    assert made.plaintext not in made.wrapped
    assert kms.decrypt(made.wrapped, CONTEXT, made.key) == made.plaintext


def test_the_private_half_of_a_pair_comes_back_and_fits_the_public_one(
    connect: Connect, shared_gateway: Running, control: Any
) -> None:
    terms = Terms(PLATFORM_ARN, find("materials", "kek_pair").actions)
    made = control.create_key(Policy=write("123456789012", terms))["KeyMetadata"]
    kms = connect(shared_gateway.url, made["Arn"])
    pair = kms.generate_key_pair(CONTEXT)
    assert pair.key == made["Arn"]
    private = load_der_private_key(kms.decrypt(pair.wrapped, CONTEXT, pair.key), None)
    public = private.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    assert pair.public == public


def test_a_pair_that_the_policy_does_not_allow_is_denied(kms: Kms) -> None:
    with pytest.raises(KmsError, match="AccessDenied") as error:
        kms.generate_key_pair(CONTEXT)
    assert error.value.failure is Failure.DENIED


def test_only_the_key_that_is_named_unwraps(kms: Kms, key: str, control: Any) -> None:
    made = kms.generate_data_key(CONTEXT)
    assert made.key == key
    with pytest.raises(KmsError, match="IncorrectKeyException"):
        kms.decrypt(made.wrapped, CONTEXT, platform_key(control))


def test_after_another_key_is_linked_data_keys_are_made_under_it(kms: Kms, control: Any) -> None:
    before, other = kms.generate_data_key(CONTEXT), platform_key(control)
    kms.link(other)
    assert kms.generate_data_key(CONTEXT).key == other
    assert kms.decrypt(before.wrapped, CONTEXT, before.key) == before.plaintext


def test_every_data_key_is_another(kms: Kms) -> None:
    made = [kms.generate_data_key(CONTEXT) for _ in range(20)]
    assert len({key.plaintext for key in made} | {key.wrapped for key in made}) == 40


def test_a_context_in_any_script_is_bound_to_the_key(kms: Kms) -> None:
    bound = {"organization": "Kundendienst München", "note": 'quoted "µ" \\ \u2028 😀'}
    made = kms.generate_data_key(bound)
    assert kms.decrypt(made.wrapped, bound, None) == made.plaintext


@pytest.mark.parametrize(
    "other",
    [
        {},
        {**CONTEXT, "recording": "0000000000000008"},
        {**CONTEXT, "Recording": "0000000000000007"},
        {"organization": "Contact-Centre", "recording": "0000000000000007"},
    ],
)
def test_another_context_is_an_invalid_ciphertext(kms: Kms, other: dict[str, str]) -> None:
    made = kms.generate_data_key(CONTEXT)
    with pytest.raises(KmsError) as error:
        kms.decrypt(made.wrapped, other, None)
    assert (error.value.code, error.value.status) == ("InvalidCiphertextException", 400)
    assert error.value.failure is Failure.TERMINAL


def test_an_altered_ciphertext_is_an_invalid_one(kms: Kms) -> None:
    wrapped = bytearray(kms.generate_data_key(CONTEXT).wrapped)
    wrapped[-1] ^= 1
    with pytest.raises(KmsError, match="InvalidCiphertextException"):
        kms.decrypt(bytes(wrapped), CONTEXT, None)


def test_a_disabled_key_is_a_matter_of_the_keys_state(
    connect: Connect, shared_gateway: Running, control: Any
) -> None:
    arn = platform_key(control)
    kms = connect(shared_gateway.url, arn)
    made = kms.generate_data_key(CONTEXT)
    control.disable_key(KeyId=arn)
    error = refused(kms)
    assert (error.code, error.failure) == ("DisabledException", Failure.KEY_STATE)
    assert error.message == f"{arn} is disabled."
    with pytest.raises(KmsError, match="DisabledException"):
        kms.decrypt(made.wrapped, CONTEXT, None)
    control.enable_key(KeyId=arn)
    assert kms.decrypt(made.wrapped, CONTEXT, made.key) == made.plaintext


def test_a_key_that_is_not_there_is_a_matter_of_its_state(
    connect: Connect, shared_gateway: Running
) -> None:
    """Somebody may link another; until then no call can succeed."""
    error = refused(connect(shared_gateway.url, "alias/nothing"))
    assert (error.code, error.failure) == ("NotFoundException", Failure.KEY_STATE)


def test_a_throttle_is_told_as_kms_words_it_and_is_over_once_lifted(
    kms: Kms, shared_gateway: Running
) -> None:
    admin = Admin(shared_gateway.url)
    rule = {"name": "a client's test", "service": "kms", "quota": 0}
    admin.add(rule)
    try:
        error = refused(kms)
    finally:
        admin.clear(str(rule["name"]))
    assert (error.code, error.status) == ("ThrottlingException", 400)
    assert error.failure is Failure.THROTTLED
    assert error.message.startswith("You have exceeded the rate at which you may call KMS.")
    assert kms.generate_data_key(CONTEXT).wrapped


def test_each_call_is_one_attempt_and_the_gateway_counts_as_many(
    kms: Kms, shared_gateway: Running
) -> None:
    def asked() -> int:
        return int(Admin(shared_gateway.url).counters()["requests"]["GenerateDataKey"])

    kms.generate_data_key(CONTEXT)
    before = asked()
    for _ in range(7):
        kms.generate_data_key(CONTEXT)
    assert asked() - before == 7


def test_kms_own_trouble_is_not_retried_by_the_client(connect: Connect) -> None:
    body = json.dumps({"__type": "KMSInternalException", "message": "oh"}).encode()
    with answering(always(body, "500 Internal Server Error")) as server:
        error = refused(connect(server.port))
        assert server.connections == 1
    assert (error.code, error.status, error.message) == ("KMSInternalException", 500, "oh")
    assert error.failure is Failure.UNAVAILABLE


def test_nobody_there_is_a_connection_error(connect: Connect) -> None:
    with nobody() as port:
        error = refused(connect(port))
    assert (error.code, error.failure) == ("ConnectionError", Failure.UNAVAILABLE)


def test_a_server_that_never_answers_is_a_timeout(connect: Connect) -> None:
    with black_hole() as port:
        error = refused(connect(port, timeout_s=0.2))
    assert (error.code, error.failure) == ("Timeout", Failure.UNAVAILABLE)


def test_half_an_answer_and_then_silence_is_a_timeout(connect: Connect) -> None:
    half = b'HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{"Plain'
    with answering(raw(half)) as server:
        assert refused(connect(server.port, timeout_s=0.3)).code == "Timeout"


@pytest.mark.parametrize(
    "answer",
    [
        b"<html>the proxy says hello</html>",
        b'{"Plaintext": "AAAA"',
        b"[]",
        b"null",
        b"{}",
        b'{"Plaintext": "AAAA"}',
        b'{"Plaintext": 5, "CiphertextBlob": "AAAA"}',
        b"\xff\xfe",
        b"",
    ],
)
def test_what_is_not_an_answer_of_kms_is_a_bad_one(connect: Connect, answer: bytes) -> None:
    with answering(always(answer)) as server:
        error = refused(connect(server.port))
    assert (error.code, error.failure) == ("BadAnswer", Failure.UNAVAILABLE)


@pytest.mark.parametrize("answer", [b"SSH-2.0-OpenSSH_9.6\r\n\r\n", b"HTTP/1.1 yes please\r\n\r\n"])
def test_what_is_not_even_http_is_kms_being_unavailable(connect: Connect, answer: bytes) -> None:
    with answering(then_closing(raw(answer))) as server:
        error = refused(connect(server.port))
    # urllib3, below boto3, does not tell such an answer from a connection that broke.
    assert error.code in ("BadAnswer", "ConnectionError")
    assert error.failure is Failure.UNAVAILABLE


def test_an_error_page_goes_by_its_status(connect: Connect) -> None:
    with answering(always(b"<html>busy</html>", "503 Service Unavailable")) as server:
        error = refused(connect(server.port))
    assert (error.status, error.failure) == (503, Failure.UNAVAILABLE)


def test_a_connection_closed_before_the_answer_is_a_connection_error(connect: Connect) -> None:
    with answering(lambda accepted: accepted.shutdown(socket.SHUT_RDWR)) as server:
        error = refused(connect(server.port))
    assert (error.code, error.failure) == ("ConnectionError", Failure.UNAVAILABLE)


ANSWER = json.dumps(
    {
        "CiphertextBlob": base64.b64encode(b"wrapped").decode(),
        "KeyId": "arn:aws:kms:us-east-1:1:key/1",
        "Plaintext": base64.b64encode(bytes(32)).decode(),
        "SomethingNew": {"that": ["no client", "knows yet"]},
    }
).encode()


def test_fields_that_no_client_knows_yet_are_ignored(connect: Connect) -> None:
    with answering(always(ANSWER)) as server:
        made = connect(server.port).generate_data_key(CONTEXT)
    assert (made.plaintext, made.wrapped) == (bytes(32), b"wrapped")


def test_one_connection_serves_call_after_call(connect: Connect) -> None:
    with answering(always(ANSWER)) as server:
        kms = connect(server.port)
        for _ in range(10):
            kms.generate_data_key(CONTEXT)
        assert server.connections == 1


def test_after_idle_connections_were_closed_the_next_call_simply_works(connect: Connect) -> None:
    closed = threading.Semaphore(0)
    with answering(then_closing(always(ANSWER), closed)) as server:
        kms = connect(server.port)
        for _ in range(5):
            assert kms.generate_data_key(CONTEXT).wrapped == b"wrapped"
            assert closed.acquire(timeout=10)
        assert server.connections == 5


def test_a_connection_that_the_server_is_done_with_is_not_used_again(connect: Connect) -> None:
    head = b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: %d\r\n\r\n" % len(ANSWER)
    with answering(raw(head + ANSWER)) as server:
        kms = connect(server.port)
        for _ in range(3):
            assert kms.generate_data_key(CONTEXT).wrapped == b"wrapped"
        assert server.connections == 3


def test_an_answer_in_small_pieces_is_put_together(connect: Connect) -> None:
    head = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(ANSWER)

    def dribble(accepted: socket.socket) -> None:
        accepted.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for byte in head + ANSWER:
            accepted.sendall(bytes([byte]))

    with answering(dribble) as server:
        assert connect(server.port).generate_data_key(CONTEXT).wrapped == b"wrapped"


def test_after_a_failure_the_next_call_is_on_a_clean_connection(connect: Connect) -> None:
    replies = iter([raw(b"garbage\r\n\r\n"), always(ANSWER)])
    with answering(lambda accepted: next(replies)(accepted)) as server:
        kms = connect(server.port)
        assert refused(kms).failure is Failure.UNAVAILABLE
        assert kms.generate_data_key(CONTEXT).wrapped == b"wrapped"
        assert server.connections == 2


def test_a_certificate_that_nobody_vouches_for_is_refused(connect: Connect, tmp_path: Path) -> None:
    _, context = self_signed(tmp_path)
    with answering(always(ANSWER), context) as server:
        error = refused(connect(f"https://127.0.0.1:{server.port}"))
    assert (error.code, error.failure) == ("ConnectionError", Failure.UNAVAILABLE)
    assert "CERTIFICATE_VERIFY_FAILED" in error.message


def test_a_certificate_of_the_bundle_that_aws_settings_name_is_trusted(
    connect: Connect, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file, context = self_signed(tmp_path)
    monkeypatch.setenv("AWS_CA_BUNDLE", str(file))
    with answering(always(ANSWER), context) as server:
        kms = connect(f"https://127.0.0.1:{server.port}")
        for _ in range(5):
            assert kms.generate_data_key(CONTEXT).wrapped == b"wrapped"
        assert server.connections == 1


def test_a_certificate_for_another_host_is_refused(
    connect: Connect, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file, context = self_signed(tmp_path)
    monkeypatch.setenv("AWS_CA_BUNDLE", str(file))
    with answering(always(ANSWER), context) as server:
        error = refused(connect(f"https://localhost:{server.port}"))
    assert error.code == "ConnectionError"
