"""A scenario that is nothing but load: how many recordings a second the whole pipeline carries.

`-u` scales it, a hundred recordings a second a line; nothing faulty ever happens.
"""

from harness.plan import Plan
from harness.scenario import users

plan = Plan(
    lines=45,
    rate="100/s",
    run_time="21s",
    recordings={"call_audio": 0.8, "screen_capture": 0.2},
    scale=1 / 64,
    buffer="sqlite",
    buffer_recordings=100_000,
    buffer_bytes="4GiB",
    retry="full_jitter",
    retry_settings={"base_s": 0.1, "cap_s": 5.0},
    materials="per_recording",
    workers=32,
    drain="30s",
    faults=(),
    expectations=("lost == 0", "throttled == 0", "dead_lettered == 0", "shed == 0"),
)
Line, Evaluator = users(plan)
