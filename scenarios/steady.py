"""A quiet hour, compressed: the same load and no fault; the level every drill is held against.

A hundred recordings a second, and a KMS that answers as it should. Nothing waits longer than one
call takes. docs/scenarios/steady.md says how to read its report.
"""

from harness.plan import Plan
from harness.scenario import users

plan = Plan(
    lines=50,
    rate="2/s",
    run_time="30s",
    recordings={"call_audio": 0.8, "screen_capture": 0.2},
    scale=1 / 64,
    buffer="sqlite",
    buffer_recordings=100_000,
    buffer_bytes="4GiB",
    retry="full_jitter",
    retry_settings={"base_s": 0.1, "cap_s": 5.0},
    materials="per_recording",
    workers=64,
    drain="30s",
    faults=(),
    expectations=("lost == 0", "throttled == 0", "dead_lettered == 0", "latency.seal.p99 < 1 s"),
)
Line, Evaluator = users(plan)
