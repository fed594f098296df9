"""KMS throttles at the busiest hour: a storm that an Edge buffer with full jitter rides out.

A hundred recordings a second meet a Region whose shared quota is used up by others: for twenty
seconds only forty calls a second get through. Nothing may be lost, and the backlog must be gone
within a minute of the storm's end. docs/scenarios/throttle_storm.md says how to read its report.
"""

from harness.plan import Plan, at
from harness.scenario import users

plan = Plan(
    lines=50,
    rate="2/s",
    run_time="60s",
    recordings={"call_audio": 0.8, "screen_capture": 0.2},
    scale=1 / 64,
    buffer="sqlite",
    buffer_recordings=100_000,
    buffer_bytes="4GiB",
    retry="full_jitter",
    retry_settings={"base_s": 0.1, "cap_s": 5.0},
    materials="per_recording",
    workers=64,
    drain="60s",
    faults=(at("15s", "throttle", "20s", quota="40/s"),),
    expectations=(
        "lost == 0",
        "throttled > 0",
        "time_to_recover < 60 s",
        "latency.seal.p99 < 45 s",
    ),
)
Line, Evaluator = users(plan)
