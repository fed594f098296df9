"""The load grows until KMS throttles: where is the knee, and what happens beyond it?

From twenty to two hundred recordings a second within half a minute, against a quota of a hundred.
Up to the knee everything is sealed as it comes; beyond, the backlog grows by all that is too much.
docs/scenarios/quota_ramp.md says how to read its report.
"""

from harness.plan import Plan
from harness.scenario import users

plan = Plan(
    lines=50,
    rate="2/s",
    run_time="40s",
    curve=(("5s", 0.2), ("35s", 2.0)),
    recordings={"call_audio": 0.8, "screen_capture": 0.2},
    scale=1 / 64,
    buffer="sqlite",
    buffer_recordings=100_000,
    buffer_bytes="4GiB",
    retry="full_jitter",
    retry_settings={"base_s": 0.1, "cap_s": 5.0},
    materials="per_recording",
    workers=64,
    drain="90s",
    kms={"quota": "100/s"},
    faults=(),
    expectations=("lost == 0", "dead_lettered == 0", "knee_per_s >= 80 /s", "knee_per_s <= 115 /s"),
)
Line, Evaluator = users(plan)
