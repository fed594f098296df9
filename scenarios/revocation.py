"""The customer ends the platform's access: for how long can it still write, and read?

A data key that is kept outlives the customer's word: by KMS's own propagation, and by as long as
the platform keeps it. Three ages of the same cache, and a key that takes one to three seconds to be
felt everywhere. docs/scenarios/revocation.md says how to read its report.
"""

from harness.plan import Evaluators, Plan, Variants, at
from harness.scenario import users

cached = Plan(
    lines=25,
    rate="2/s",
    run_time="32s",
    recordings={"call_audio": 0.8, "screen_capture": 0.2},
    scale=1 / 1024,
    buffer="sqlite",
    buffer_recordings=100_000,
    buffer_bytes="4GiB",
    retry="full_jitter",
    retry_settings={"base_s": 0.1, "cap_s": 5.0, "probe_s": 0.5},
    materials="cached",
    materials_settings={"max_age_s": 2.0},
    workers=32,
    drain="60s",
    kms={"propagation": "1s,3s"},
    evaluators=Evaluators(count=10, rate="5/s"),
    faults=(at("10s", "key_disabled", "18s"),),
    expectations=(
        "lost == 0",
        "dead_lettered == 0",
        "faults.key_disabled.last_success <= 5 s",
        "playback.corrupt == 0",
    ),
)


def kept(age_s: float) -> Plan:
    """The same with data keys that are kept for so long."""
    law = f"faults.key_disabled.last_success <= {3 + age_s:g} s"
    return cached.but(
        materials_settings={"max_age_s": age_s},
        expectations=("lost == 0", "dead_lettered == 0", law, "playback.corrupt == 0"),
    )


plan = Variants(
    {"two_seconds": cached, "five_seconds": kept(5.0), "ten_seconds": kept(10.0)},
    expectations=(
        "every.lost == 0",
        "two_seconds.faults.key_disabled.last_success"
        " < ten_seconds.faults.key_disabled.last_success",
    ),
)
Line, Evaluator = users(plan)
