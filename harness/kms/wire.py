"""The client that makes load: signed requests straight onto kept-alive connections, no SDK between.

geventhttpclient's sockets and its C parser, and none of the layers above them.
"""

from collections.abc import Mapping
from select import POLLIN
from typing import Any, Final
from urllib.parse import urlsplit

import gevent
import msgspec
from gevent.monkey import get_original
from geventhttpclient._parser import HTTPParseError, HTTPResponseParser
from geventhttpclient.connectionpool import ConnectionPool, SSLConnectionPool

from harness.backend import ca_bundle, credentials
from harness.errors import KmsError
from harness.kms import PAIR_SPEC, Connection, DataKey, KeyPair, Retried
from harness.sigv4 import Signer

__all__ = ["WireKms"]

# gevent's own lets other greenlets run first, which costs more than the call that follows.
_poll = get_original("select", "poll")
_READ_BYTES: Final = 16 * 1024
_MOST_BYTES: Final = 1024 * 1024


class _Generate(msgspec.Struct, rename="pascal"):
    key_id: str
    key_spec: str
    encryption_context: Mapping[str, str]


class _GeneratePair(msgspec.Struct, rename="pascal"):
    key_id: str
    key_pair_spec: str
    encryption_context: Mapping[str, str]


class _Decrypt(msgspec.Struct, rename="pascal", omit_defaults=True):
    ciphertext_blob: bytes
    encryption_context: Mapping[str, str]
    key_id: str | None = None


class _Generated(msgspec.Struct, rename="pascal"):
    plaintext: bytes
    ciphertext_blob: bytes
    key_id: str


class _GeneratedPair(msgspec.Struct, rename="pascal"):
    public_key: bytes
    private_key_ciphertext_blob: bytes
    key_id: str


class _Decrypted(msgspec.Struct, rename="pascal"):
    plaintext: bytes


class _Refused(msgspec.Struct):
    type: str = msgspec.field(name="__type", default="")
    message: str = ""
    Message: str = ""


class _Answer(HTTPResponseParser):
    """One HTTP answer: its body, and whether it has come to its end."""

    def __init__(self) -> None:
        super().__init__()
        self.body = b""
        self.complete = False

    def _ignore(self, *_: object) -> None:
        """Headers say nothing that is needed here; the parser minds the lengths itself."""

    _on_message_begin = _on_status = _on_headers_complete = _ignore
    _on_header_field = _on_header_value = _ignore

    def _on_body(self, part: bytes) -> None:
        self.body += part

    def _on_message_complete(self) -> None:
        self.complete = True


class _Sockets(ConnectionPool):
    """Connections that are looked at before they are used again, without yielding to look."""

    def _is_socket_alive(self, sock: Any) -> bool:
        if sock.fileno() < 0:
            return False
        look = _poll()
        look.register(sock, POLLIN)
        return not look.poll(0)


class _SecureSockets(_Sockets, SSLConnectionPool):
    """The same over TLS."""


class WireKms:
    """A data-plane client over at most `concurrency` connections; further calls wait for one."""

    def __init__(self, connection: Connection, retried: Retried) -> None:
        """`retried` is never told of anything: this client makes one attempt a call."""
        url = urlsplit(connection.backend.endpoint)
        self._signer = Signer(connection.backend, credentials(connection.backend, "data"))
        self._key, self._timeout_s = connection.key, connection.timeout_s
        secure = url.scheme == "https"
        host, port = url.hostname or "", url.port or (443 if secure else 80)
        options: dict[str, Any] = {
            "size": connection.concurrency,
            "connection_timeout": connection.timeout_s,
            "network_timeout": connection.timeout_s,
        }
        if secure:
            bundle = ca_bundle()
            trusted = {"ca_certs": bundle} if bundle else {}
            options["ssl_options"] = {"server_hostname": host, **trusted}
        pool = _SecureSockets if secure else _Sockets
        self._pool = pool(host, port, host, port, **options)
        self._encode = msgspec.json.Encoder().encode
        self._generated = msgspec.json.Decoder(_Generated)
        self._generated_pair = msgspec.json.Decoder(_GeneratedPair)
        self._decrypted = msgspec.json.Decoder(_Decrypted)

    def generate_data_key(self, context: Mapping[str, str]) -> DataKey:
        body = self._encode(_Generate(self._key, "AES_256", context))
        answer = self._call("GenerateDataKey", body, self._generated)
        return DataKey(answer.plaintext, answer.ciphertext_blob, answer.key_id)

    def generate_key_pair(self, context: Mapping[str, str]) -> KeyPair:
        body = self._encode(_GeneratePair(self._key, PAIR_SPEC, context))
        answer = self._call("GenerateDataKeyPairWithoutPlaintext", body, self._generated_pair)
        return KeyPair(answer.public_key, answer.private_key_ciphertext_blob, answer.key_id)

    def decrypt(self, wrapped: bytes, context: Mapping[str, str], key: str | None) -> bytes:
        body = self._encode(_Decrypt(wrapped, context, key))
        plaintext: bytes = self._call("Decrypt", body, self._decrypted).plaintext
        return plaintext

    def link(self, key: str) -> None:
        self._key = key

    def close(self) -> None:
        self._pool.close()

    def _call(self, operation: str, body: bytes, decoder: Any) -> Any:
        try:
            with gevent.Timeout(self._timeout_s, TimeoutError):
                answer = self._exchange(self._signer.request(operation, body))
        except TimeoutError:
            raise KmsError("Timeout", f"no answer in {self._timeout_s:g} s") from None
        except HTTPParseError as error:
            raise KmsError("BadAnswer", str(error)) from None
        except OSError as error:
            raise KmsError("ConnectionError", error.strerror or str(error)) from None
        if answer.get_code() != 200:
            raise _refusal(answer)
        try:
            return decoder.decode(answer.body)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise KmsError("BadAnswer", str(error), answer.get_code()) from None

    def _exchange(self, request: bytes) -> _Answer:
        socket = self._pool.get_socket()
        answer = _Answer()
        keep = False
        try:
            socket.sendall(request)
            while not answer.complete:
                part = socket.recv(_READ_BYTES)
                answer.feed(part)
                if not part and not answer.complete:
                    raise ConnectionResetError(0, "the connection was closed before the answer")
                if len(answer.body) > _MOST_BYTES:
                    raise HTTPParseError(f"an answer longer than {_MOST_BYTES} bytes")
            keep = answer.should_keep_alive()
        finally:
            (self._pool.return_socket if keep else self._pool.release_socket)(socket)
        return answer


def _refusal(answer: _Answer) -> KmsError:
    try:
        refused = msgspec.json.decode(answer.body, type=_Refused)
    except (msgspec.DecodeError, UnicodeDecodeError):
        # Whatever its status is: no word of KMS's, so that no recording is given up on for it.
        return KmsError("BadAnswer", f"HTTP {answer.get_code()}, unreadable", answer.get_code())
    code = refused.type.rpartition("#")[2] or f"HTTP{answer.get_code()}"
    return KmsError(code, refused.message or refused.Message, answer.get_code())
