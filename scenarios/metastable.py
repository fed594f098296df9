"""A trigger that ends: does the system heal, and how large a trigger still does?

Where KMS's refusals use up quota too, retries can keep it throttled for good: all of the quota goes
into saying no. Three lengths of the same outage with a fixed retry every half second; and the
longest again with full jitter, within a retry budget, and with its drain held to a rate.
docs/scenarios/metastable.md says how to read its report.
"""

from harness.plan import Plan, Variants, at
from harness.scenario import users

fixed = Plan(
    lines=30,
    rate="2/s",
    run_time="32s",
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
    faults=(at("4s", "outage", "1s"),),
    expectations=("lost == 0",),
)


def struck(seconds: int) -> Plan:
    """The same after an outage of so many seconds."""
    return fixed.but(faults=(at("4s", "outage", seconds),))


plan = Variants(
    {
        "one_second": fixed,
        "two_seconds": struck(2),
        "six_seconds": struck(6),
        "six_with_jitter": struck(6).but(
            retry="full_jitter", retry_settings={"base_s": 0.5, "cap_s": 20.0}
        ),
        "six_with_budget": struck(6).but(
            retry="budget",
            retry_settings={"policy": "fixed", "settings": {"delay_s": 0.5}, "per_s": 30.0},
        ),
        "six_paced": struck(6).but(pacing="rate", pacing_settings={"rate": "90/s"}),
    },
    expectations=(
        "one_second.time_to_recover < 10 s",
        "six_seconds.backlog.at_end > 100",
        "six_with_jitter.backlog.at_end > 100",
        "six_with_budget.backlog.at_end < 100",
        "six_paced.backlog.at_end < 100",
    ),
)
Line, Evaluator = users(plan)
