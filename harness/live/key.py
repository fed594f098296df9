"""The key of a run: the one that was named, the one that is linked, or one made for the purpose."""

import uuid
from typing import Any, Final

from harness import customer_key, link
from harness.backend import Backend
from harness.customer_key.wanted import Wanted
from harness.errors import BadInput
from harness.live.allowed import replicate, terms
from harness.plan import Plan

# A store whose proxy is simulated asks for no secret; one has to be told all the same.
_PROXY_KEY: Final = {"AccessKeyId": "ABCDEFGHIJKLMNOPQRST", "RawSecretAccessKey": "0" * 43}


def choose(control: Any, backend: Backend, named: str | None, plan: Plan) -> str:
    """The ARN of the key to use: that which is named, else linked on this KMS; on AWS it must be
    one of them. Elsewhere one is made, once, under an alias; or for this run alone, where the plan
    destroys it, or has it reached by another way. Raises BadInput for a key that is not there, or
    a KMS that does not answer."""
    if plan.destroys and backend.name == "aws":
        raise BadInput("a drill destroys its key", "--kms aws", "--kms embedded or localstack")
    if plan.destroys and named is not None:
        raise BadInput("a drill destroys its key", named, "no --key, so that one is made for it")
    named = named or _linked(backend, plan)
    if named is not None:
        return _found(control, backend, named, plan)
    if backend.name == "aws":
        raise BadInput("no key was named", wanted="--key on aws, tagged ekm-harness=disposable")
    return _made(control, backend, plan) if _of_its_own(plan) else _shared(control, backend)


def make_another(control: Any, backend: Backend, **like: Any) -> str:
    """The ARN of a further key that the platform may use, and nothing names."""
    wanted = Wanted(terms(), disposable=True, created_with=like)
    return customer_key.create(control, backend, wanted)


def _linked(backend: Backend, plan: Plan) -> str | None:
    found = None if _of_its_own(plan) else link.read(backend)
    return found.key if found else None


def _found(control: Any, backend: Backend, named: str, plan: Plan) -> str:
    described = customer_key.find(control, backend, named)
    if plan.failover and not described.get("MultiRegion"):
        raise BadInput("failover needs a multi-Region key", described["Arn"], "key/mrk-…")
    return str(described["Arn"])


def _shared(control: Any, backend: Backend) -> str:
    return customer_key.own(control, backend, terms())


def _of_its_own(plan: Plan) -> bool:
    different = plan.access != "policy" or plan.failover is not None or plan.key_store
    return plan.destroys or different or any(strike.fault.wears for strike in plan.faults)


def _made(control: Any, backend: Backend, plan: Plan) -> str:
    wanted = Wanted(
        terms(),
        disposable=True,
        multi_region=plan.failover is not None,
        via_grant=plan.access == "grant",
        created_with=_outside(control) if plan.key_store else {},
    )
    arn = customer_key.create(control, backend, wanted)
    if plan.failover:
        replicate(control, backend, arn, plan)
    return arn


def _outside(control: Any) -> dict[str, Any]:
    """What a key is created with that is held in an external key store; the store is made."""
    made = control.create_custom_key_store(
        CustomKeyStoreName=f"ekm-harness-{uuid.uuid4().hex[:8]}",
        CustomKeyStoreType="EXTERNAL_KEY_STORE",
        XksProxyConnectivity="PUBLIC_ENDPOINT",
        XksProxyUriEndpoint="https://proxy.example.com",
        XksProxyUriPath=f"/{uuid.uuid4().hex[:8]}/kms/xks/v1",
        XksProxyAuthenticationCredential=_PROXY_KEY,
    )
    store = made["CustomKeyStoreId"]
    control.connect_custom_key_store(CustomKeyStoreId=store)
    return {"Origin": "EXTERNAL_KEY_STORE", "CustomKeyStoreId": store, "XksKeyId": "recordings"}
