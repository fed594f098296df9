"""Two hours of an ordinary load, with a storm and a disabled key now and then: does anything creep?

Memory, latency and the buffer's files must be at the end what they were at the beginning. The one
drill that takes longer than five minutes; `--compress 6` makes it twenty. docs/scenarios/soak.md
says how to read its report.
"""

from harness.plan import Evaluators, Plan, at
from harness.scenario import users

plan = Plan(
    lines=50,
    rate="1/s",
    run_time="2h",
    recordings={"call_audio": 0.8, "screen_capture": 0.2},
    scale=1 / 64,
    buffer="sqlite",
    buffer_recordings=100_000,
    buffer_bytes="4GiB",
    retry="full_jitter",
    retry_settings={"base_s": 0.1, "cap_s": 5.0, "probe_s": 1.0},
    materials="per_recording",
    workers=64,
    drain="2m",
    evaluators=Evaluators(count=5, rate="1/s"),
    faults=(
        at("10m", "throttle", "1m", quota="20/s"),
        at("40m", "key_disabled", "1m"),
        at("70m", "throttle", "1m", quota="20/s"),
        at("100m", "key_disabled", "1m"),
    ),
    expectations=(
        "lost == 0",
        "dead_lettered == 0",
        "time_to_recover < 3 min",
        "latency.seal.p50 < 100 ms",
        "memory.growth < 64 MiB",
        "playback.corrupt == 0",
    ),
)
Line, Evaluator = users(plan)
