"""A scenario's plan, as the command line would have it."""

from typing import Any

from harness.errors import BadInput
from harness.live.options import Options
from harness.live.sealed import chosen
from harness.plan import Plan


def as_asked(plan: Plan, options: Options) -> Plan:
    """The scenario's plan with what the command line changes in it, checked again."""
    if options.retry and options.retry_mode:
        raise BadInput("--retry beside --sdk-retry-mode", wanted="one of them: one layer retries")
    changes: dict[str, Any] = {}
    if options.retry_mode:
        changes |= {"retry": "sdk", "retry_settings": {"mode": options.retry_mode}}
    if options.retry:
        changes |= {"retry": options.retry, "retry_settings": {}}
    if options.pacing:
        changes |= {"pacing": options.pacing, "pacing_settings": {}}
    return plan.but(
        **changes,
        buffer=options.buffer,
        buffer_recordings=options.buffer_recordings,
        rate=options.rate,
        workers=options.workers,
        store=chosen(options),
    )
