"""The client that shows what an SDK does: boto3, in any of its retry modes.

Each HTTP attempt that the SDK makes is told of, so that its own retries are counted too.
"""

import importlib
import itertools
import threading
import time
from collections.abc import Callable, Mapping
from typing import Any, Final

from harness.backend import client, session
from harness.errors import KmsError
from harness.kms import PAIR_SPEC, Connection, DataKey, KeyPair, Retried

__all__ = ["Boto3Kms"]

# What botocore's reading of an answer that is not KMS's ends in, besides its own error.
_UNREADABLE: Final = (AttributeError, KeyError, TypeError, ValueError)


class Boto3Kms:
    """A data-plane client over boto3's connection pool."""

    def __init__(self, connection: Connection, retried: Retried) -> None:
        self._retried = retried
        self._underway = threading.local()
        self._key = connection.key
        self._errors = importlib.import_module("botocore.exceptions")
        self._parser_error = importlib.import_module("botocore.parsers").ResponseParserError
        within = session()
        made = [self._made(connection, within) for _ in range(connection.clients)]
        self._clients, self._turn = made, itertools.cycle(made)

    def generate_data_key(self, context: Mapping[str, str]) -> DataKey:
        made: DataKey = self._call(
            "generate_data_key",
            lambda answer: DataKey(answer["Plaintext"], answer["CiphertextBlob"], answer["KeyId"]),
            KeyId=self._key,
            KeySpec="AES_256",
            EncryptionContext=dict(context),
        )
        return made

    def generate_key_pair(self, context: Mapping[str, str]) -> KeyPair:
        made: KeyPair = self._call(
            "generate_data_key_pair_without_plaintext",
            lambda answer: KeyPair(
                answer["PublicKey"], answer["PrivateKeyCiphertextBlob"], answer["KeyId"]
            ),
            KeyId=self._key,
            KeyPairSpec=PAIR_SPEC,
            EncryptionContext=dict(context),
        )
        return made

    def decrypt(self, wrapped: bytes, context: Mapping[str, str], key: str | None) -> bytes:
        named = {} if key is None else {"KeyId": key}
        plaintext: bytes = self._call(
            "decrypt",
            lambda answer: answer["Plaintext"],
            CiphertextBlob=wrapped,
            EncryptionContext=dict(context),
            **named,
        )
        return plaintext

    def link(self, key: str) -> None:
        self._key = key

    def close(self) -> None:
        for made in self._clients:
            made.close()

    def _made(self, connection: Connection, within: Any) -> Any:
        made = client(
            connection.backend,
            connection.retry_mode,
            "data",
            within=within,
            max_pool_connections=connection.concurrency,
            connect_timeout=connection.timeout_s,
            read_timeout=connection.timeout_s,
        )
        made.meta.events.register("before-send.kms", self._sending)
        made.meta.events.register("response-received.kms", self._answered)
        return made

    def _sending(self, **_: Any) -> None:
        """An HTTP attempt begins; the one before it in this call, if any, is being repeated."""
        if self._underway.last is not None:
            self._retried(*self._underway.last)
        self._underway.began = time.perf_counter()

    def _answered(self, event_name: str, parsed_response: Any, exception: Any, **_: Any) -> None:
        said = (parsed_response or {}).get("Error", {}).get("Code", "Other")
        code = "ConnectionError" if exception is not None else said
        seconds = time.perf_counter() - self._underway.began
        self._underway.last = (event_name.rpartition(".")[2], seconds, code)

    def _call(self, operation: str, pick: Callable[[Any], Any], **parameters: Any) -> Any:
        self._underway.last = None
        try:
            return pick(getattr(next(self._turn), operation)(**parameters))
        except self._errors.ClientError as error:
            raise refusal(error) from None
        except (self._errors.ConnectTimeoutError, self._errors.ReadTimeoutError) as error:
            raise KmsError("Timeout", str(error)) from None
        except (self._parser_error, *_UNREADABLE) as error:
            raise KmsError("BadAnswer", f"{type(error).__name__}: {error}") from None
        except self._errors.BotoCoreError as error:
            raise KmsError("ConnectionError", str(error)) from None


def refusal(error: Any) -> KmsError:
    """A ClientError as a KmsError: KMS's code, message and HTTP status."""
    said = error.response.get("Error", {})
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    code, message = said.get("Code", "Other"), said.get("Message", "")
    # What botocore could not read goes by its HTTP status there, and is no word of KMS's.
    return KmsError("BadAnswer" if code.isdecimal() else code, message, status)
