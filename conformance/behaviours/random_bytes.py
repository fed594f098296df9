"""GenerateRandom."""

from conformance.behaviour import behaviour
from conformance.expect import equal, holds
from conformance.sources import api, recorded
from conformance.target import Target


@behaviour("GenerateRandom answers 1 to 1,024 bytes", recorded("test_generate_random"))
def _(kms: Target) -> None:
    for size in (1, 12, 1024):
        found = kms.admin("GenerateRandom", NumberOfBytes=size)["Plaintext"]
        equal(size, len(found), f"the length for {size}")


@behaviour(
    "GenerateRandom of 0 or 1,025 bytes: ValidationException, telling the bound",
    recorded("test_generate_random_invalid_number_of_bytes"),
)
def _(kms: Target) -> None:
    for size, bound in ((0, "greater than or equal to 1"), (1025, "less than or equal to 1024")):
        says = (
            f"1 validation error detected: Value '{size}' at 'numberOfBytes' failed to satisfy "
            f"constraint: Member must have value {bound}"
        )
        kms.admin.refused("ValidationException", "GenerateRandom", says, NumberOfBytes=size)


@behaviour(
    "GenerateRandom without NumberOfBytes: ValidationException, NumberOfBytes is required.",
    recorded("test_generate_random_invalid_number_of_bytes[None]"),
)
def _(kms: Target) -> None:
    kms.admin.refused("ValidationException", "GenerateRandom", "NumberOfBytes is required.")


@behaviour("random bytes do not come twice", api("GenerateRandom"))
def _(kms: Target) -> None:
    one, two = (kms.admin("GenerateRandom", NumberOfBytes=32)["Plaintext"] for _ in range(2))
    holds(one != two, "they did")


@behaviour(
    "GenerateRandom from a key store that is not there: CustomKeyStoreNotFoundException",
    api("GenerateRandom"),
)
def _(kms: Target) -> None:
    fields = {"NumberOfBytes": 8, "CustomKeyStoreId": "cks-1234567890abcdef0"}
    kms.admin.refused("CustomKeyStoreNotFoundException", "GenerateRandom", **fields)
