"""What a run stands on: a KMS that answers, a key that is fit, faults that may strike there."""

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, replace
from typing import Any

from harness.admin import Admin
from harness.backend import Backend, client, resolve
from harness.errors import BadInput
from harness.live import key as keys
from harness.live.embedded import Embedded
from harness.live.options import Options
from harness.plan import Plan


@dataclass(frozen=True)
class Ground:
    """A KMS and a key. `backend` is where recordings' calls go: the KMS, or a gateway started in
    front of it. `perishable`: the KMS was started for this run, and ends with it."""

    backend: Backend
    kms: Backend
    key: str
    admin: Admin | None
    perishable: bool
    asked_before: dict[str, int]  # requests by operation that the gateway had answered already


def find_ground(plan: Plan, options: Options, stack: ExitStack) -> Ground:
    """Find or start the KMS, choose the key, check the faults. Raises BadInput where one of them
    will not do; what was started is stopped with `stack`."""
    kms, perishable = _kms(options, stack.callback)
    control = client(kms, connect_timeout=5, read_timeout=10, max_pool_connections=2)
    arn = keys.choose(control, kms, options.key)
    if kms.gateway:
        keys.check_platform(client(kms, "off", "data"), arn)
    elif kms.name == "aws" and plan.faults:
        keys.check_disposable(control, arn)
    backend = _fronted(kms, plan, options, arn, stack.callback)
    admin = Admin(backend.endpoint) if backend.gateway else None
    asked = admin.counters()["requests"] if admin else {}
    return Ground(backend, kms, arn, admin, perishable, asked)


def _kms(options: Options, at_end: Callable[..., Any]) -> tuple[Backend, bool]:
    backend = resolve(options.kms, options.endpoint, options.region)
    if backend.name == "aws" and options.request_budget is None:
        raise BadInput("no request budget", wanted="--request-budget on aws")
    if not backend.endpoint:
        return replace(backend, endpoint=_started(options, backend.region, at_end)), True
    if backend.gateway and _of_a_gateway(options):
        wanted = "no --endpoint, so that the run starts a KMS of its own"
        raise BadInput("--quota and --latency have no effect on", backend.endpoint, wanted)
    return backend, False


def _fronted(
    kms: Backend, plan: Plan, options: Options, key: str, at_end: Callable[..., Any]
) -> Backend:
    """The KMS, behind a gateway where wire faults or a quota need one and it is none itself."""
    wire = any(strike.fault.wire for strike in plan.faults)
    if kms.gateway or not (wire or _of_a_gateway(options)):
        return kms
    guard = ["--allow-aws", "--request-budget", str(options.request_budget), "--allow-key", key]
    more = ["--upstream", kms.endpoint, *(guard if kms.name == "aws" else ())]
    endpoint = _started(options, kms.region, at_end, *more)
    return replace(kms, endpoint=endpoint, gateway=True)


def _of_a_gateway(options: Options) -> bool:
    return options.quota is not None or options.latency is not None


def _started(options: Options, region: str, at_end: Callable[..., Any], *more: str) -> str:
    embedded = Embedded(options, region, *more)
    at_end(embedded.stop)
    return embedded.endpoint
