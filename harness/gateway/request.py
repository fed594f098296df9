"""What a KMS request is: its decoded fields, and the answer to them; one subclass an operation."""

from typing import Any

import msgspec

from harness.gateway.account import Account
from harness.gateway.refusals import invalid, refusal
from harness.gateway.ring.key import Key, demand_symmetric
from harness.gateway.shapes import Context, DataKeySpec, GrantTokens, KeyId, NumberOfBytes


class Request(msgspec.Struct, frozen=True, kw_only=True, rename="pascal"):
    """One KMS request; the name of a subclass is the operation's."""

    def answer(self, account: Account, now: float) -> dict[str, Any] | None:
        """The reply's members, or None for an empty reply. Raises KmsError."""
        raise NotImplementedError

    @classmethod
    def operation(cls) -> str:
        """The operation's name, as X-Amz-Target has it."""
        return cls.__name__


class CryptographicRequest(Request, frozen=True, kw_only=True):
    """What a request to encrypt or decrypt may carry. Grant tokens are taken, and not needed."""

    grant_tokens: GrantTokens | None = None
    dry_run: bool | None = None

    def stop_if_dry(self) -> None:
        """End a dry run where the real one would go on to succeed."""
        if self.dry_run:
            text = "The request would have succeeded, but the DryRun option is set."
            raise refusal("DryRunOperationException", text)


class DataKeyRequest(CryptographicRequest, frozen=True, kw_only=True):
    """A request for a new data key, of the size of a cipher's or of a number of bytes."""

    key_id: KeyId
    key_spec: DataKeySpec | None = None
    number_of_bytes: NumberOfBytes | None = None
    encryption_context: Context | None = None

    def make(self, account: Account, now: float) -> tuple[Key, bytes, bytes]:
        """The key used, the new data key, and the same wrapped."""
        if (self.key_spec is None) == (self.number_of_bytes is None):
            raise invalid("Please specify either number of bytes or key spec.")
        size = self.number_of_bytes or (32 if self.key_spec == "AES_256" else 16)
        key = account.usable(self.key_id, now)
        demand_symmetric(key, self.operation())
        self.stop_if_dry()
        plaintext = account.random_bytes(size)
        return key, plaintext, account.wrap(key, plaintext, self.encryption_context)
