"""The key is gone for good: what was sealed under it is lost, to the last recording, and counted.

Its deletion comes due. Recordings that arrive wait at the Edge until the customer has made another
key and linked it; those that waited are safe. What had been sealed before cannot be played ever
again, and playback is made to agree, recording by recording. docs/scenarios/key_lost.md says how to
read its report.
"""

from harness.plan import Evaluators, Plan, at
from harness.scenario import users

plan = Plan(
    lines=25,
    rate="2/s",
    run_time="40s",
    recordings={"call_audio": 0.8, "screen_capture": 0.2},
    scale=1 / 1024,
    buffer="sqlite",
    buffer_recordings=100_000,
    buffer_bytes="4GiB",
    retry="full_jitter",
    retry_settings={"base_s": 0.1, "cap_s": 5.0, "probe_s": 1.0},
    materials="per_recording",
    workers=32,
    drain="60s",
    store="directory",  # all of them are played at the end, not a sample
    evaluators=Evaluators(count=5, rate="1/s"),
    faults=(at("15s", "key_lost", "10s"),),
    expectations=(
        "lost == 0",
        "dead_lettered == 0",
        "unrecoverable > 0",
        "playback.verify.attempted == sealed",
        "playback.verify.encryption_errors == unrecoverable",
        "playback.disagreements == 0",
        "time_to_recover < 60 s",
    ),
)
Line, Evaluator = users(plan)
