"""Whether the instrument itself was at its limit, in which case its numbers are not KMS's."""

from typing import Any, Final

import numpy as np

from harness.analysis.events import Events, Phase
from harness.analysis.quantiles import Floats, ranks

# Gauge: (the limit, the share of its one-second samples that may exceed it, what it would mean).
LIMITS: Final = {
    "generator_lag_s": (0.25, 0.05, "arrivals were generated late: by more than {} s"),
    "generator_busy": (0.95, 0.20, "the load generator had no CPU to spare: busier than {}"),
    "gateway_busy": (0.95, 0.20, "the gateway had no CPU to spare: busier than {}"),
    "gateway_lag_s": (0.25, 0.05, "the gateway answered late: by more than {} s"),
}
# One hiccup at the start of a short run is no saturation, whatever share of its samples it is.
FEWEST_SAMPLES: Final = 3


def saturation(events: Events) -> dict[str, Any]:
    """For each gauge the quantile that its limit applies to, the worst of load and drain.

    `invalid` holds a sentence for each limit that was exceeded.
    """
    phases = [phase for phase in events.phases() if phase.name != "verify"]
    found: dict[str, Any] = {}
    reasons: list[str] = []
    for gauge, (limit, share, meaning) in LIMITS.items():
        stretches = [(phase, _samples(events, gauge, phase)) for phase in phases]
        tails = [_tail(samples, share) for _, samples in stretches if samples.size]
        found[gauge] = round(max(tails), 6) if tails else None
        for phase, samples in stretches:
            over = int((samples > limit).sum())
            if over >= FEWEST_SAMPLES and over > share * samples.size:
                said = meaning.format(f"{limit:g}")
                reasons.append(f"In the {phase.name}, {said} in {over} of {samples.size} samples.")
    return {**found, "invalid": reasons}


def _samples(events: Events, gauge: str, phase: Phase) -> Floats:
    rows = events.gauge(gauge)
    inside = (rows["t"] >= phase.begins_s) & (rows["t"] <= phase.ends_s)
    return rows["since"][inside].to_numpy()


def _tail(samples: Floats, share: float) -> float:
    return float(np.sort(samples)[ranks(1 - share, samples.size)])
