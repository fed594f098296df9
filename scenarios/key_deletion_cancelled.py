"""Somebody deletes the key, and it is noticed in time: cancelled, and still disabled.

ScheduleKeyDeletion takes effect at once; the seven days are only how long one may think better of
it. The trap: CancelKeyDeletion leaves the key Disabled, so nothing works until somebody enables it
too. docs/scenarios/key_deletion_cancelled.md says how to read its report.
"""

from harness.plan import Evaluators, Plan, at
from harness.scenario import users

plan = Plan(
    lines=25,
    rate="2/s",
    run_time="45s",
    recordings={"call_audio": 0.8, "screen_capture": 0.2},
    scale=1 / 64,
    buffer="sqlite",
    buffer_recordings=100_000,
    buffer_bytes="4GiB",
    retry="full_jitter",
    retry_settings={"base_s": 0.1, "cap_s": 5.0, "probe_s": 1.0},
    materials="per_recording",
    workers=32,
    drain="60s",
    evaluators=Evaluators(count=5, rate="1/s"),
    faults=(at("10s", "key_deletion", "20s", still_disabled=0.4),),
    expectations=(
        "lost == 0",
        "dead_lettered == 0",
        "kms.errors.KMSInvalidStateException > 0",
        "kms.errors.DisabledException > 0",
        "time_to_recover < 60 s",
        "playback.live.encryption_errors > 0",
        "playback.verify.ok == playback.verify.attempted",
    ),
)
Line, Evaluator = users(plan)
