"""The steps that try: as the platform, a data key is made, a payload sealed under it and unsealed.

A plaintext data key is in this process's memory only, and for as long as that takes.
"""

import hashlib
from collections.abc import Iterator, Mapping
from typing import Any, Final

from harness import envelope
from harness.envelope import Material, Wrapped
from harness.errors import Corrupt, KmsError
from harness.handshake.asking import ask
from harness.handshake.step import Step, failed
from harness.policy.terms import Terms

PAYLOAD: Final = b"Test & Save: the platform seals and unseals this."
_KEY_BYTES: Final = 32
_RECORDING: Final = 0  # no recording has this id
_DENIED: Final = "platform_denied"
# How actions that the trial itself does not use are asked for leave, without being done.
_PROBES: Final[Mapping[str, tuple[str, dict[str, Any]]]] = {
    "kms:GenerateDataKey": ("generate_data_key", {"KeySpec": "AES_256"}),
    "kms:GenerateDataKeyWithoutPlaintext": (
        "generate_data_key_without_plaintext",
        {"KeySpec": "AES_256"},
    ),
    "kms:GenerateDataKeyPair": ("generate_data_key_pair", {"KeyPairSpec": "RSA_2048"}),
    "kms:GenerateDataKeyPairWithoutPlaintext": (
        "generate_data_key_pair_without_plaintext",
        {"KeyPairSpec": "RSA_2048"},
    ),
    "kms:Encrypt": ("encrypt", {"Plaintext": b"\0"}),
}


def trial(data: Any, key: str, terms: Terms) -> Iterator[Step]:
    """Leave, generate, seal, unseal; it ends with the first that fails."""
    permission = _permission(data, key, terms)
    yield permission
    if permission.ok:
        yield from _sealed_and_unsealed(data, key, terms)


def _permission(data: Any, key: str, terms: Terms) -> Step:
    """Whether each action would be let, by DescribeKey itself and dry runs of the others."""
    asked = []
    for action in terms.actions:
        try:
            _probe(data, key, action, terms)
        except KmsError as error:
            if error.code != "DryRunOperationException":
                told = KmsError(error.code, f"{action}: {error.message}", error.status)
                return failed("permission", told, _DENIED)
        if action == "kms:DescribeKey" or action in _PROBES:
            asked.append(action)
    return Step("permission", ", ".join(asked) or "nothing that could be asked beforehand")


def _probe(data: Any, key: str, action: str, terms: Terms) -> None:
    if action == "kms:DescribeKey":
        ask(data, "describe_key", KeyId=key)
    elif action in _PROBES:
        operation, parameters = _PROBES[action]
        bound = envelope.context(terms.organization)
        ask(data, operation, KeyId=key, EncryptionContext=bound, DryRun=True, **parameters)


def _sealed_and_unsealed(data: Any, key: str, terms: Terms) -> Iterator[Step]:
    bound = envelope.context(terms.organization)
    try:
        answer = ask(
            data, "generate_data_key", KeyId=key, KeySpec="AES_256", EncryptionContext=bound
        )
    except KmsError as error:
        yield failed("generate", error, _DENIED)
        return
    wrapped = Wrapped(answer["KeyId"], answer["CiphertextBlob"], bound)
    made = Material(answer["Plaintext"], wrapped)
    if len(made.plaintext) != _KEY_BYTES:
        yield Step("generate", f"a data key of {len(made.plaintext)} bytes", "other")
        return
    yield Step("generate", f"a data key of {_KEY_BYTES} bytes")
    sealed = envelope.seal(made, _RECORDING, PAYLOAD)
    yield Step("seal", f"{len(PAYLOAD)} bytes in an envelope of {len(sealed)}")
    yield _unseal(data, sealed, terms.organization)


def _unseal(data: Any, sealed: bytes, organization: str) -> Step:
    def unwrap(wrapped: Wrapped) -> bytes:
        opened: bytes = ask(
            data,
            "decrypt",
            KeyId=wrapped.key,
            CiphertextBlob=wrapped.blob,
            EncryptionContext=dict(wrapped.context),
        )["Plaintext"]
        return opened

    try:
        payload = envelope.unseal(sealed, _RECORDING, organization, unwrap)
    except KmsError as error:
        return failed("unseal", error, _DENIED)
    except Corrupt as error:
        return Step("unseal", str(error), "not_opened")
    if payload != PAYLOAD:
        return Step("unseal", "another payload than was sealed", "not_opened")
    return Step("unseal", f"the same {len(payload)} bytes, digest {_digest(payload)}")


def _digest(payload: bytes) -> str:
    return hashlib.sha256(payload).hexdigest()[:16]
