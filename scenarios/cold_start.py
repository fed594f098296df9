"""Every Edge restarts with an empty cache: the herd that asks KMS for a key at once.

Two hundred Edges reuse each data key for five minutes, so KMS hardly hears of them; until all of
them restart together. The quota that was ten times too large is then too small.
docs/scenarios/cold_start.md says how to read its report.
"""

from harness.plan import Evaluators, Plan, at
from harness.scenario import users

plan = Plan(
    lines=50,
    rate="4/s",
    run_time="40s",
    recordings={"call_audio": 0.8, "screen_capture": 0.2},
    scale=1 / 1024,
    buffer="sqlite",
    buffer_recordings=100_000,
    buffer_bytes="4GiB",
    retry="full_jitter",
    retry_settings={"base_s": 0.1, "cap_s": 2.0},
    materials="cached",
    materials_settings={"max_age_s": 300.0, "edges": 200},
    workers=64,
    drain="60s",
    kms={"quota": "60/s"},
    evaluators=Evaluators(count=5, rate="2/s"),
    faults=(at("18s", "caches_lost", "1s"),),
    expectations=(
        "lost == 0",
        "dead_lettered == 0",
        "throttled > 0",
        "materials.data_keys < 0.3 * sealed",
        "faults.drained < 20 s",  # a run begins cold too, so that normal knows a herd
        "playback.corrupt == 0",
        "playback.verify.ok == playback.verify.attempted",
    ),
)
Line, Evaluator = users(plan)
