"""ListKeyRotations: the materials of a key, when each came into use and why."""

from typing import Any, Literal

from harness.gateway.call import Call
from harness.gateway.pages import ListRequest
from harness.gateway.ring.key import Key
from harness.gateway.ring.material import Material
from harness.gateway.ring.rotation import demand_rotation
from harness.gateway.shapes import KeyId

__all__ = ["ListKeyRotations"]


class ListKeyRotations(ListRequest, frozen=True, kw_only=True):
    """A hundred a page, unless the request says otherwise; the oldest comes first."""

    key_id: KeyId
    include_key_material: Literal["ALL_KEY_MATERIAL", "ROTATIONS_ONLY"] = "ROTATIONS_ONLY"

    def answer(self, call: Call) -> dict[str, Any]:
        key = demand_rotation(call.key(self.key_id), on_demand=True)
        everything = [*key.materials, *([key.waiting] if key.waiting else [])]
        told = (
            (f"{place:05}", _entry(call, key, material))
            for place, material in enumerate(everything)
            if material.rotation or self.include_key_material == "ALL_KEY_MATERIAL"
        )
        after = self.after
        return self.page("Rotations", (one for one in told if one[0] > after), usual=100)


def _entry(call: Call, key: Key, material: Material) -> dict[str, Any]:
    said: dict[str, Any] = {
        "KeyId": key.id,
        "KeyMaterialId": material.id,
        "KeyMaterialState": _state(call, key, material),
    }
    if material.rotation:
        said["RotationDate"] = round(material.created_s, 3)
        said["RotationType"] = material.rotation
    return said | (_import(material) if key.origin == "EXTERNAL" else {})


def _state(call: Call, key: Key, material: Material) -> str:
    if material is key.waiting:
        family = (key, *call.ring.twins(key))
        ready = all(one.waiting is not None and one.waiting.imported for one in family)
        return "PENDING_ROTATION" if ready else "PENDING_MULTI_REGION_IMPORT_AND_ROTATION"
    return "CURRENT" if material is key.materials[-1] else "NON_CURRENT"


def _import(material: Material) -> dict[str, Any]:
    said: dict[str, Any] = {"ImportState": "IMPORTED" if material.imported else "PENDING_IMPORT"}
    if material.description:
        said["KeyMaterialDescription"] = material.description
    if material.imported:
        ends_s = material.expires_s
        said["ExpirationModel"] = f"KEY_MATERIAL_{'EXPIRES' if ends_s else 'DOES_NOT_EXPIRE'}"
        said |= {"ValidTo": round(ends_s, 3)} if ends_s else {}
    return said
