"""What a run says of itself: enough to judge it, and to run it again."""

import platform
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
        "client": options.client,
        "sdk_retry_mode": options.retry_mode,
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
    }


def _struck(strike: Strike) -> dict[str, Any]:
    return {
        "fault": strike.name,
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
