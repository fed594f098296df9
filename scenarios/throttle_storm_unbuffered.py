"""The same storm without an Edge buffer: what the guide calls "Recording Failed", and how many.

The load, the seed's arrivals and the throttle of `throttle_storm`; but nothing keeps a recording
for which KMS has no key, and boto3's own retries are all there is. To be laid beside that drill's
report. docs/scenarios/throttle_storm_unbuffered.md says how to read it.
"""

from harness.plan import Plan, at
from harness.scenario import users

plan = Plan(
    lines=50,
    rate="2/s",
    run_time="60s",
    recordings={"call_audio": 0.8, "screen_capture": 0.2},
    scale=1 / 64,
    buffer="none",
    buffer_recordings=100_000,
    buffer_bytes="4GiB",
    retry="sdk",
    retry_settings={"mode": "standard"},
    materials="per_recording",
    workers=256,
    drain="60s",
    faults=(at("15s", "throttle", "20s", quota="40/s"),),
    expectations=("throttled > 0", "lost > 0", "lost == failed", "buffered == 0"),
)
Line, Evaluator = users(plan)
