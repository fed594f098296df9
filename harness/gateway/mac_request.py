"""What GenerateMac and VerifyMac have in common: an HMAC key, and the code it makes."""

import hmac
from typing import Literal

from harness.gateway.call import Call
from harness.gateway.request import CryptographicRequest
from harness.gateway.ring.key import USABLE, Key, demand, demand_algorithm, demand_usage
from harness.gateway.shapes import KeyId, Message


class MacRequest(CryptographicRequest, frozen=True, kw_only=True):
    """Refused on a key that is not Enabled, or not for codes under this algorithm."""

    message: Message
    key_id: KeyId
    mac_algorithm: Literal["HMAC_SHA_224", "HMAC_SHA_256", "HMAC_SHA_384", "HMAC_SHA_512"]

    def make(self, call: Call) -> tuple[Key, bytes]:
        """The key, and the code of the message; a dry run ends here."""
        key = call.seen(self.key_id)
        demand(demand_usage(key, "GENERATE_VERIFY_MAC", call.operation), USABLE)
        demand_algorithm(key, self.mac_algorithm)
        self.stop_if_dry()
        hashing = f"sha{self.mac_algorithm.removeprefix('HMAC_SHA_')}"
        return key, hmac.digest(key.materials[-1].secret, self.message, hashing)
