"""A day of a contact centre in ninety seconds: the rush at nine, lunch, the afternoon, the night.

At the peak a few more recordings a second finish than the quota allows; people play recordings back
at the same time, from the same quota. The buffer carries the morning into the quieter hour after
it. docs/scenarios/monday_morning.md says how to read its report.
"""

from harness.plan import Evaluators, Plan
from harness.scenario import users

plan = Plan(
    lines=50,
    rate="2/s",
    run_time="90s",
    curve=(
        ("0s", 0.05),  # 6:00
        ("12s", 0.2),
        ("20s", 1.2),  # 9:00
        ("35s", 1.2),
        ("42s", 0.6),  # 12:00
        ("50s", 0.7),
        ("58s", 0.9),  # 15:00
        ("70s", 0.6),
        ("80s", 0.1),  # 19:00
    ),
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
    kms={"quota": "110/s"},
    evaluators=Evaluators(count=10, rate="1/s"),
    faults=(),
    expectations=(
        "lost == 0",
        "dead_lettered == 0",
        "throttled > 0",
        "backlog.oldest < 60 s",
        "latency.seal.p50 < 1 s",
        "playback.corrupt == 0",
        "playback.verify.ok == playback.verify.attempted",
    ),
)
Line, Evaluator = users(plan)
