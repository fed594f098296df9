"""What Sign and Verify have in common: a key for signing, and a message that it can sign."""

from harness.gateway.call import Call
from harness.gateway.request import CryptographicRequest
from harness.gateway.ring.key import USABLE, Key, demand, demand_algorithm, demand_usage
from harness.gateway.ring.signing import MessageType, SigningAlgorithm, demand_message
from harness.gateway.shapes import KeyId, Message


class SigningRequest(CryptographicRequest, frozen=True, kw_only=True):
    """Refused on a key that is not Enabled, or not for signing under this algorithm."""

    key_id: KeyId
    message: Message
    message_type: MessageType = "RAW"
    signing_algorithm: SigningAlgorithm

    def signer(self, call: Call) -> Key:
        """The key, if it is fit for this message; a dry run ends here."""
        key = call.seen(self.key_id)
        demand(demand_usage(key, "SIGN_VERIFY", call.operation), USABLE)
        demand_algorithm(key, self.signing_algorithm)
        demand_message(self.message, self.message_type, self.signing_algorithm, key.spec)
        self.stop_if_dry()
        return key
