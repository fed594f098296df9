"""What a run says of itself: enough to judge it, and to run it again."""

import platform
from dataclasses import asdict
from importlib.metadata import version
from typing import Any

import psutil

from harness.backend import Backend
from harness.live.options import Options
from harness.plan import Plan, Strike

_VERSIONS = (
    "ekm-harness",
    "locust",
    "boto3",
    "botocore",
    "tenacity",
    "gevent",
    "geventhttpclient",
    "cryptography",
    "pandas",
    "matplotlib",
)


def manifest(
    scenario: str, about: str, plan: Plan, options: Options, backend: Backend, **found: Any
) -> dict[str, Any]:
    """JSON-able. `found` adds what was learnt on the way: key, quota, source, started_s."""
    return {
        "schema": 1,
        "scenario": scenario,
        "about": about,
        "seed": options.seed,
        "kms": backend.name,
        "endpoint": backend.endpoint,
        "region": backend.region,
        "client": "boto3" if plan.policy().sdk else options.client,
        "sdk_retry_mode": plan.policy().sdk.mode if plan.policy().sdk else "off",
        "variant": options.variant,
        "compress": options.compress,
        "power_safe": options.power_safe,
        **_planned(plan),
        "versions": {"python": platform.python_version()} | {n: version(n) for n in _VERSIONS},
        "machine": _machine(),
        **found,
    }


def _planned(plan: Plan) -> dict[str, Any]:
    return {
        "buffer": plan.buffer,
        "retry": str(plan.policy()),
        "materials": plan.materials,
        "materials_settings": dict(plan.materials_settings),
        "pacing": plan.pacing,
        "pacing_settings": dict(plan.pacing_settings),
        "access": plan.access,
        "kms_like": dict(plan.kms),
        "evaluators": asdict(plan.evaluators) if plan.evaluators else None,
        "failover": asdict(plan.failover) if plan.failover else None,
        "curve": [list(point) for point in plan.shape.points],
        "store": plan.store,
        "workers": plan.workers,
        "users": plan.lines,
        "rate_per_line": plan.rate_per_s,
        "run_time_s": plan.run_time_s,
        "limits": {
            "buffer_recordings": plan.bound.recordings,
            "buffer_bytes": plan.bound.bytes,
            "drain_s": plan.drain_s,
            "call_timeout_s": plan.call_timeout_s,
        },
        "faults": [_struck(strike) for strike in plan.faults],
        "expectations": list(plan.expectations),
        "abort_on": list(plan.abort_on),
    }


def _struck(strike: Strike) -> dict[str, Any]:
    return {
        "fault": strike.name,
        "destroys": strike.fault.destroys,
        "at_s": strike.at_s,
        "for_s": strike.for_s,
        "text": strike.fault.text,
        "settings": dict(strike.settings),
    }


def _machine() -> dict[str, Any]:
    return {
        "cores": psutil.cpu_count(),
        "cpu": platform.processor() or platform.machine(),
        "memory_bytes": psutil.virtual_memory().total,
        "system": f"{platform.system()} {platform.release()}",
    }
