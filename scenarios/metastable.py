"""A trigger that ends: does the system heal, and how large a trigger still does?

Where KMS's refusals use up quota too, retries can keep it throttled for good: all of the quota goes
into saying no. Three lengths of the same outage with a fixed retry every half second, and the
longest again with full jitter, within a retry budget, and paced. docs/scenarios/metastable.md says
how to read its report.
"""

from typing import Any

from harness.plan import Plan, Variants, at
from harness.scenario import users

fixed = Plan(
    lines=30,
    rate="2/s",
    run_time="24s",
    recordings={"call_audio": 1.0},
    scale=1 / 1024,
    buffer="memory",
    buffer_recordings=100_000,
    buffer_bytes="4GiB",
    retry="fixed",
    retry_settings={"delay_s": 0.5},
    materials="per_recording",
    workers=256,
    drain="1s",
    kms={"quota": "100/s", "rejects_consume": "on"},
    faults=(at("6s", "outage", "1s"),),
    expectations=("lost == 0",),
)


def struck(seconds: int, **changes: Any) -> Plan:
    """The same after an outage of so many seconds."""
    return fixed.but(faults=(at("6s", "outage", seconds),), **changes)


plan = Variants(
    {
        "one_second": fixed,
        "two_seconds": struck(2),
        "eight_seconds": struck(8),
        "eight_with_jitter": struck(
            8, retry="full_jitter", retry_settings={"base_s": 0.5, "cap_s": 20.0}
        ),
        "eight_with_budget": struck(
            8,
            run_time="40s",
            retry="budget",
            retry_settings={"policy": "fixed", "settings": {"delay_s": 0.5}, "per_s": 30.0},
        ),
        "eight_paced": struck(8, run_time="40s", pacing="rate", pacing_settings={"rate": "90/s"}),
    },
    expectations=(
        "one_second.time_to_recover < 10 s",
        "two_seconds.backlog.at_end > 100",
        "eight_seconds.backlog.at_end > 100",
        "eight_with_jitter.backlog.at_end > 100",
        "eight_with_budget.backlog.at_end < 100",
        "eight_paced.backlog.at_end < 100",
    ),
)
Line, Evaluator = users(plan)
