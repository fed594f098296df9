"""The key is rotated under load: nobody notices, and old recordings stay readable.

RotateKeyOnDemand every five seconds. KMS keeps the older material, and decrypts with whichever made
a data key. docs/scenarios/rotation_under_load.md says how to read its report.
"""

from harness.plan import Evaluators, Plan, at
from harness.scenario import users

plan = Plan(
    lines=25,
    rate="2/s",
    run_time="35s",
    recordings={"call_audio": 0.8, "screen_capture": 0.2},
    scale=1 / 1024,
    buffer="sqlite",
    buffer_recordings=100_000,
    buffer_bytes="4GiB",
    retry="full_jitter",
    retry_settings={"base_s": 0.1, "cap_s": 5.0},
    materials="per_recording",
    workers=32,
    drain="30s",
    store="directory",
    evaluators=Evaluators(count=10, rate="2/s", skew=0.0),
    faults=(at("8s", "key_rotated", "20s", every="5s"),),
    expectations=(
        "lost == 0",
        "dead_lettered == 0",
        "kms.succeeded == kms.attempts",
        "playback.ok == playback.attempted",
        "playback.verify.attempted == sealed",
        "latency.seal.p99 < 1 s",
    ),
)
Line, Evaluator = users(plan)
