"""DeleteImportedKeyMaterial: the customer takes the secret out; the same may be imported again."""

from typing import Any

from harness.gateway.call import Call
from harness.gateway.refusals import not_found
from harness.gateway.request import Request
from harness.gateway.ring.due import without
from harness.gateway.ring.imports import known
from harness.gateway.ring.key import Key, demand_origin
from harness.gateway.ring.material import Material
from harness.gateway.ring.specs import SYMMETRIC
from harness.gateway.shapes import KeyId, MaterialId

__all__ = ["DeleteImportedKeyMaterial"]


class DeleteImportedKeyMaterial(Request, frozen=True, kw_only=True):
    """Leaves the key pending import, without effect where it is so already."""

    key_id: KeyId
    key_material_id: MaterialId | None = None

    def answer(self, call: Call) -> dict[str, Any]:
        key = demand_origin(call.key(self.key_id), "EXTERNAL")
        material = self._meant(key)
        if material is not None and material.imported:
            if material is key.waiting:
                # The material of a rotation that is not done goes from every Region.
                primary = key.multi_region_type != "REPLICA"
                for one in (key, *(call.ring.twins(key) if primary else ())):
                    call.put(without(one, waiting=True))
            else:
                call.put(without(key, material.id))
        said = {"KeyMaterialId": material.id} if material and key.spec == SYMMETRIC else {}
        return {"KeyId": key.arn, **said}

    def _meant(self, key: Key) -> Material | None:
        if self.key_material_id is None:
            return key.materials[-1] if key.materials else None
        found = known(key, self.key_material_id)
        if found is None:
            text = f"Key material '{self.key_material_id}' does not exist in {key.arn}."
            raise not_found(text)  # words of our own
        return found
