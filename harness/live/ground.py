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
    """A KMS and a key. `perishable`: it was started for this run, and ends with it."""

    backend: Backend
    key: str
    admin: Admin | None
    perishable: bool
    asked_before: dict[str, int]  # requests by operation that the gateway had answered already


def find_ground(plan: Plan, options: Options, stack: ExitStack) -> Ground:
    """Find or start the KMS, choose the key, check the faults. Raises BadInput where one of them
    will not do; what was started is stopped with `stack`."""
    backend, perishable = _backend(options, stack.callback)
    control = client(backend, connect_timeout=5, read_timeout=10, max_pool_connections=2)
    arn = keys.choose(control, backend, options.key)
    if backend.gateway:
        keys.check_platform(client(backend, "off", "data"), arn)
    _check_faults(plan, backend, control, arn)
    admin = Admin(backend.endpoint) if backend.gateway else None
    asked = admin.counters()["requests"] if admin else {}
    return Ground(backend, arn, admin, perishable, asked)


def _backend(options: Options, at_end: Callable[..., Any]) -> tuple[Backend, bool]:
    backend = resolve(options.kms, options.endpoint, options.region)
    if backend.name == "aws" and options.request_budget is None:
        raise BadInput("no request budget", wanted="--request-budget on aws")
    if not backend.endpoint:
        embedded = Embedded(options, backend.region)
        at_end(embedded.stop)
        return replace(backend, endpoint=embedded.endpoint), True
    if options.quota is not None or options.latency is not None:
        wanted = "no --endpoint, so that the run starts a KMS of its own"
        raise BadInput("--quota and --latency have no effect on", backend.endpoint, wanted)
    return backend, False


def _check_faults(plan: Plan, backend: Backend, control: Any, arn: str) -> None:
    for strike in plan.faults:
        if strike.fault.wire and not backend.gateway:
            raise BadInput(f"the fault {strike.name} on --kms", backend.name, "embedded")
        if backend.name == "aws":
            keys.check_disposable(control, arn)
