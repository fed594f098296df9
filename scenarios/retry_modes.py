"""Eight seconds of twice the quota, under each of boto3's retry modes and each policy of ours.

The SDK's modes have no buffer behind them: what they give up on has failed. Ours put it off. Errors
alone would call `adaptive` the best of all: look at what was sealed, and when.
docs/scenarios/retry_modes.md says how to read its report.
"""

from harness.plan import Plan, Variants
from harness.scenario import users

legacy = Plan(
    lines=40,
    rate="3/s",
    run_time="8s",
    recordings={"call_audio": 1.0},
    scale=1 / 1024,
    buffer="memory",
    buffer_recordings=100_000,
    buffer_bytes="4GiB",
    retry="sdk",
    retry_settings={"mode": "legacy"},
    materials="per_recording",
    workers=200,
    drain="15s",
    kms={"quota": "60/s"},
    faults=(),
    expectations=("lost == 0", "throttled > 0"),
)
ours = {"base_s": 0.1, "cap_s": 5.0}
plan = Variants(
    {
        "legacy": legacy,
        "standard": legacy.but(retry_settings={"mode": "standard"}),
        "standard_40": legacy.but(retry_settings={"mode": "standard", "clients": 40}),
        "adaptive": legacy.but(retry_settings={"mode": "adaptive"}, expectations=("lost == 0",)),
        "full_jitter": legacy.but(retry="full_jitter", retry_settings=ours),
        "equal_jitter": legacy.but(retry="equal_jitter", retry_settings=ours),
        "decorrelated": legacy.but(retry="decorrelated", retry_settings=ours),
        "exponential": legacy.but(retry="exponential", retry_settings=ours),
        "fixed": legacy.but(retry="fixed", retry_settings={"delay_s": 1.0}),
    },
    expectations=(
        "legacy.kms.amplification > 1.5 * standard.kms.amplification",
        "standard_40.kms.amplification > 1.5 * standard.kms.amplification",
        "standard.kms.amplification > adaptive.kms.amplification",
        "adaptive.dead_lettered == 0",
        "adaptive.goodput < 0.6 * legacy.goodput",
        "legacy.dead_lettered > 0",
        "standard.dead_lettered > 0",
        "full_jitter.dead_lettered == 0",
        "full_jitter.sealed == full_jitter.arrived",
        "decorrelated.sealed == decorrelated.arrived",
    ),
)
Line, Evaluator = users(plan)
