"""What a KMS request is: its decoded fields, and the answer to them; one subclass an operation."""

from typing import Any

import msgspec

from harness.gateway.call import Call
from harness.gateway.later import Later
from harness.gateway.quotas.limits import HOT_KEY, STATE_CHANGES, bucket_of, class_of
from harness.gateway.refusals import invalid, refusal
from harness.gateway.ring.key import Key, demand_symmetric
from harness.gateway.shapes import (
    Context,
    DataKeySpec,
    GrantTokens,
    KeyId,
    NumberOfBytes,
    Recipient,
)


class Request(msgspec.Struct, frozen=True, kw_only=True, rename="pascal"):
    """One KMS request; the name of a subclass is the operation's."""

    def answer(self, call: Call) -> dict[str, Any] | Later | None:
        """The reply's members, now or later, or None for an empty reply. Raises KmsError."""
        raise NotImplementedError

    def charges(self, call: Call) -> tuple[str, ...]:
        """The quotas that this request is counted against."""
        own = bucket_of(call.operation)
        if call.operation in STATE_CHANGES:
            key = call.peek(getattr(self, "key_id", ""))
            if key is not None:
                return (own, f"{HOT_KEY} {key.arn}")
        return (own,)


class DryRequest(Request, frozen=True, kw_only=True):
    """A request that can be made only to see whether it would succeed."""

    dry_run: bool | None = None

    def stop_if_dry(self) -> None:
        """End a dry run where the real one would go on to succeed."""
        if self.dry_run:
            text = "The request would have succeeded, but the DryRun option is set."
            raise refusal("DryRunOperationException", text)


class CryptographicRequest(DryRequest, frozen=True, kw_only=True):
    """What a request that uses a key may carry; it counts against the quota of the key's kind."""

    grant_tokens: GrantTokens | None = None

    def charges(self, call: Call) -> tuple[str, ...]:
        name = getattr(self, "key_id", None)
        return class_of(call.peek(name) if name else None)


class AttestedRequest(CryptographicRequest, frozen=True, kw_only=True):
    """What a Nitro enclave may ask for under its own key; we have no enclaves, and refuse."""

    recipient: Recipient | None = None

    def stop_if_attested(self) -> None:
        """Raises UnsupportedOperationException: nobody here could attest anything."""
        if self.recipient is not None:
            text = "This gateway does not check attestation documents; leave out Recipient."
            raise refusal("UnsupportedOperationException", text)


class DataKeyRequest(AttestedRequest, frozen=True, kw_only=True):
    """A request for a new data key, of the size of a cipher's or of a number of bytes."""

    key_id: KeyId
    key_spec: DataKeySpec | None = None
    number_of_bytes: NumberOfBytes | None = None
    encryption_context: Context | None = None

    def make(self, call: Call) -> tuple[Key, bytes, bytes]:
        """The key used, the new data key, and the same wrapped."""
        if (self.key_spec is None) == (self.number_of_bytes is None):
            raise invalid("Please specify either number of bytes or key spec.")
        size = self.number_of_bytes or (32 if self.key_spec == "AES_256" else 16)
        key = demand_symmetric(call.seen(self.key_id, self.encryption_context), call.operation)
        self.stop_if_attested()
        self.stop_if_dry()
        plaintext = call.world.random_bytes(size)
        return key, plaintext, call.wrap(key, plaintext, self.encryption_context)
