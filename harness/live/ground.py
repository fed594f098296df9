"""What a run stands on: a KMS that answers, a key that is fit, faults that may strike there."""

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from typing import Any, Final

from harness import customer_key
from harness.admin import Admin
from harness.backend import Backend, client, resolve
from harness.clock import SystemClock
from harness.errors import BadInput
from harness.gateway.ring import propagation
from harness.live import key as keys
from harness.live.embedded import Embedded
from harness.live.options import Options
from harness.live.tested import demand_fit
from harness.plan import Plan
from harness.quantity import per_second

# What a gateway can be like in front of another KMS.
_IN_FRONT: Final = ("quota", "latency", "rejects_consume", "burst_s")


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
    spent: int = 0  # requests that testing the key took


def find_ground(plan: Plan, options: Options, stack: ExitStack) -> Ground:
    """Find or start the KMS, choose the key, check the faults. Raises BadInput where one of them
    will not do; what was started is stopped with `stack`."""
    kms, perishable = _kms(plan, options, stack.callback)
    control = client(kms, connect_timeout=5, read_timeout=10, max_pool_connections=2)
    arn = keys.choose(control, kms, options.key, plan)
    if perishable:
        # The key was made just now: its policy or grant must be felt everywhere first.
        SystemClock().sleep(propagation.parse(plan.kms.get("propagation", "0")).most_s)
    if kms.name == "aws" and plan.faults:
        customer_key.demand_disposable(control, arn)
    backend = _fronted(kms, plan, options, arn, stack.callback)
    spent = demand_fit(control, client(backend, plane="data"), kms, arn, plan)
    admin = Admin(backend.endpoint) if backend.gateway else None
    asked = admin.counters()["requests"] if admin else {}
    return Ground(backend, kms, arn, admin, perishable, asked, spent)


def _kms(plan: Plan, options: Options, at_end: Callable[..., Any]) -> tuple[Backend, bool]:
    backend = resolve(options.kms, options.endpoint, options.region)
    if backend.name == "aws" and options.request_budget is None:
        raise BadInput("no request budget", wanted="--request-budget on aws")
    if not backend.endpoint:
        started = _started(options, backend.region, at_end, _like(plan, options))
        return replace(backend, endpoint=started), True
    if backend.gateway and _of_a_gateway(options):
        wanted = "no --endpoint, so that the run starts a KMS of its own"
        raise BadInput("--quota and --latency have no effect on", backend.endpoint, wanted)
    return backend, False


def _fronted(
    kms: Backend, plan: Plan, options: Options, key: str, at_end: Callable[..., Any]
) -> Backend:
    """The KMS, behind a gateway where wire faults or a quota need one and it is none itself."""
    wire = any(strike.fault.wire for strike in plan.faults)
    enforce = kms.name == "localstack" and plan.permits
    if kms.gateway or not (wire or enforce or _of_a_gateway(options) or "quota" in plan.kms):
        return kms
    guard = ["--allow-aws", "--request-budget", str(options.request_budget), "--allow-key", key]
    alike = _like(plan.but(kms={n: v for n, v in plan.kms.items() if n in _IN_FRONT}), options)
    more = ["--upstream", kms.endpoint, *alike, *(guard if kms.name == "aws" else ())]
    more += ["--enforce"] if enforce else []
    return replace(kms, endpoint=_started(options, kms.region, at_end, more), gateway=True)


def _of_a_gateway(options: Options) -> bool:
    return options.quota is not None or options.latency is not None


def _like(plan: Plan, options: Options) -> list[str]:
    """What the plan's KMS is like, as a gateway's arguments; the command line decides over it."""
    said = {**plan.kms}
    if options.quota is not None:
        said["quota"] = f"{options.quota:g}/s"
    if options.latency is not None:
        said["latency"] = options.latency
    if "quota" in said:
        said["quota"] = f"{per_second(said['quota'], 'quota'):.0f}"
    named = ((f"--{name.replace('_', '-')}", value) for name, value in said.items())
    return [word for name, value in named for word in (name, str(value)) if word != "on"]


def _started(options: Options, region: str, at_end: Callable[..., Any], more: Sequence[str]) -> str:
    embedded = Embedded(options.seed, region, more)
    at_end(embedded.stop)
    return embedded.endpoint
