"""ImportKeyMaterial: the customer's own secret, unwrapped, in a key; till it ends or is deleted."""

from dataclasses import replace
from typing import Annotated, Any, Literal

from msgspec import Meta

from harness.gateway.call import Call
from harness.gateway.refusals import invalid, refusal
from harness.gateway.request import Request
from harness.gateway.ring.due import DAY_S
from harness.gateway.ring.imports import (
    checked_secret,
    imported_again,
    known,
    material_id,
    revived,
    wrong_material,
)
from harness.gateway.ring.key import PRESENT, Key, demand, demand_origin
from harness.gateway.ring.material import Material, gone
from harness.gateway.ring.specs import SYMMETRIC
from harness.gateway.ring.wrapping import redeemed, unwrapped
from harness.gateway.shapes import CiphertextBlob, KeyId, MaterialId

__all__ = ["ImportKeyMaterial"]

_Description = Annotated[str, Meta(max_length=256, pattern=r"^[a-zA-Z0-9:/_\s.-]+$")]


class ImportKeyMaterial(Request, frozen=True, kw_only=True):
    """The first material is used at once, a later new one after a rotation on demand; any may come
    again, with another end. Raises IncorrectKeyMaterialException for what is not expected."""

    key_id: KeyId
    import_token: CiphertextBlob
    encrypted_key_material: CiphertextBlob
    valid_to: float | None = None
    expiration_model: Literal["KEY_MATERIAL_EXPIRES", "KEY_MATERIAL_DOES_NOT_EXPIRE"] | None = None
    import_type: Literal["NEW_KEY_MATERIAL", "EXISTING_KEY_MATERIAL"] | None = None
    key_material_description: _Description | None = None
    key_material_id: MaterialId | None = None

    def answer(self, call: Call) -> dict[str, Any]:
        key = demand(demand_origin(call.key(self.key_id), "EXTERNAL"), PRESENT)
        self._check_end(call.now)
        self._check_kind(key)
        parameters = redeemed(self.import_token, key.arn, call.now)
        secret = checked_secret(key, unwrapped(self.encrypted_key_material, parameters))
        id_ = material_id(key, secret)
        if self.key_material_id not in (None, id_):
            raise wrong_material(f"The key material is not of id {self.key_material_id}.")
        before = known(key, id_)
        new = self._material(call.now, id_, secret, before)
        usual = "EXISTING_KEY_MATERIAL" if key.materials else "NEW_KEY_MATERIAL"
        if (self.import_type or usual) == "NEW_KEY_MATERIAL":
            self._import_new(call, key, new)
        elif before is None:
            raise wrong_material("The key material was never imported into this KMS key.")
        else:
            call.put(imported_again(key, new))
        said = {"KeyMaterialId": id_} if key.spec == SYMMETRIC else {}
        return {"KeyId": key.arn, **said}

    def _import_new(self, call: Call, key: Key, new: Material) -> None:
        if key.materials and key.spec != SYMMETRIC:
            raise wrong_material("The key material of this KMS key can not be changed.")
        if key.multi_region_type == "REPLICA":
            raise wrong_material("New key material is imported into the primary key first.")
        if key.waiting and key.waiting.id != new.id:
            raise refusal(
                "KMSInvalidStateException",
                f"New key material (id: {new.id}) cannot be imported into KMS key {key.arn}, "
                f"because another key material (id: {key.waiting.id}) is pending rotation.",
            )
        if known(key, new.id):
            raise wrong_material("The key material was imported into this KMS key before.")
        if not key.materials:
            call.put(revived(replace(key, materials=(new,))))
            return
        for twin in call.ring.twins(key):
            call.put(replace(twin, waiting=gone(new)))
        call.put(replace(key, waiting=new))

    def _material(self, now: float, id_: str, secret: bytes, before: Material | None) -> Material:
        told = before.description if before else ""
        if self.key_material_description is not None:
            told = self.key_material_description
        found = before or Material(id=id_, secret=secret, created_s=now)
        return replace(
            found, secret=secret, expires_s=self.valid_to, description=told, imported=True
        )

    def _check_end(self, now: float) -> None:
        model = self.expiration_model or "KEY_MATERIAL_EXPIRES"
        if model == "KEY_MATERIAL_DOES_NOT_EXPIRE":
            if self.valid_to is not None:
                raise invalid(
                    "The parameter ValidTo cannot be specified for a key with an expiration model "
                    "of KEY_MATERIAL_DOES_NOT_EXPIRE"
                )
            return
        if self.valid_to is None:
            raise invalid(
                "A validTo date must be set if the ExpirationModel is KEY_MATERIAL_EXPIRES"
            )
        if self.valid_to <= now:
            raise invalid("ValidTo must be in the future")
        if self.valid_to > now + 365 * DAY_S:
            raise invalid("ValidTo must be at most 365 days in the future")  # words of our own

    def _check_kind(self, key: Key) -> None:
        """Several materials are for symmetric keys; that is documented, the words are ours."""
        asked = (self.import_type, self.key_material_description, self.key_material_id)
        if key.spec != SYMMETRIC and any(asked):
            raise invalid(
                "ImportType, KeyMaterialDescription and KeyMaterialId are for symmetric "
                "encryption keys only."
            )
        if self.key_material_id and self.import_type == "NEW_KEY_MATERIAL":
            raise invalid("KeyMaterialId can not be specified for new key material.")
