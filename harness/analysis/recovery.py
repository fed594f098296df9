"""What each fault did and how long the run took to get over it: the number people come for."""

from dataclasses import asdict, dataclass, replace
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from harness.analysis.backlog import Backlog
from harness.analysis.events import Events
from harness.analysis.quantiles import Floats
from harness.journal import Kind

Flags = NDArray[np.bool_]

# A fault's name and text go into sentences and tables, which are to stay readable.
LONGEST_NAME: Final = 120


@dataclass(frozen=True)
class Window:
    """A fault in force, in seconds from the load's beginning; None for what never came."""

    fault: str
    text: str
    began_s: float | None
    ended_s: float | None
    key: int | None = None  # which of the run's keys it struck, in order of use

    def in_force(self, t: Floats) -> Flags:
        """Whether it was in force at each time; from its beginning to just before its end."""
        if self.began_s is None:
            return np.zeros(t.size, dtype=bool)
        return (t >= self.began_s) & (t < (np.inf if self.ended_s is None else self.ended_s))


def windows(events: Events) -> list[Window]:
    """Every time a fault struck, by time; then those of the plan that never did."""
    planned = [_planned(fault) for fault in events.manifest.get("faults") or []]
    struck = {place: list[Window]() for place in range(len(planned))}
    begins = events.of(Kind.FAULT_BEGIN)
    told = (begins[column].tolist() for column in ("t", "code", "recording"))
    for t, place, key in zip(*told, strict=True):
        fault, text = planned[place] if place < len(planned) else (f"fault {place}", "")
        window = Window(fault, text, t, _end(events, place, t), key)
        struck.setdefault(place, []).append(window)
    never = [Window(*planned[place], None, None) for place, found in struck.items() if not found]
    came = [window for found in struck.values() for window in found]
    return sorted(came, key=lambda window: window.began_s or 0.0) + never


def faults(events: Events, backlog: Backlog, found: list[Window]) -> list[dict[str, Any]]:
    """A row for each window: recovery in seconds from its end, goodput in recordings a second."""
    first = min((w.began_s for w in found if w.began_s is not None), default=0.0)
    # Normal is what the run was before anything struck, so that no fault is another's excuse.
    level = max(1, backlog.quantile(0.99, 0.0, first))
    median = backlog.quantile(0.5, 0.0, first)
    before = _rate(_times(events, Kind.SEAL), 0.0, first)
    return [
        _rounded(
            {name: value for name, value in asdict(window).items() if name != "key"}
            | {"backlog_before_p99": level, "goodput_before": before}
            | _during(events, window)
            | _last(events, window)
            | _after(events, backlog, window, (level, median))
        )
        for window in found
    ]


def goodput_in_fault(rows: list[dict[str, Any]]) -> float | None:
    """Of the faults of a summary that came off worst; None where none struck."""
    rates = [row["goodput_during"] for row in rows]
    return min((value for value in rates if value is not None), default=None)


def _planned(fault: Any) -> tuple[str, str]:
    told = fault if isinstance(fault, dict) else {"fault": fault}
    name = str(told.get("fault") or "fault")[:LONGEST_NAME]
    return name, str(told.get("text") or name)[:LONGEST_NAME]


def _end(events: Events, place: int, began_s: float) -> float | None:
    ends = events.of(Kind.FAULT_END)
    after = ends["t"][(ends["code"] == place) & (ends["t"] >= began_s)]
    return float(after.iloc[0]) if len(after) else None


def _during(events: Events, window: Window) -> dict[str, float | None]:
    if window.began_s is None:
        return {"goodput_during": None, "offered_during": None}
    ended = events.duration_s if window.ended_s is None else window.ended_s
    arrivals = np.append(_intended(events, Kind.ARRIVAL), _intended(events, Kind.SHED))
    return {
        "goodput_during": _rate(_times(events, Kind.SEAL), window.began_s, ended),
        "offered_during": _rate(arrivals, window.began_s, ended),
    }


def _last(events: Events, window: Window) -> dict[str, float | None]:
    """From the fault's beginning to the last that succeeded in spite of it, and who did not."""
    names = ("last_success_s", "last_read_s", "last_write_s", "playback_errors")
    if window.began_s is None:
        return dict.fromkeys(names)
    played = events.of(Kind.PLAYBACK)
    during = played[window.in_force(played["t"].to_numpy())]
    refused = during["code"].to_numpy() != 0
    bites = replace(window, ended_s=_mending_s(events, window))
    read = _latest(during["t"].to_numpy()[~refused], bites)
    write = _latest(_times(events, Kind.SEAL), bites)
    either = max((after for after in (read, write) if after is not None), default=None)
    return dict(zip(names, (either, read, write, int(refused.sum())), strict=True))


def _mending_s(events: Events, window: Window) -> float | None:
    """When somebody began to mend it: from then on a success is no longer one in spite of it."""
    ends = events.of(Kind.FAULT_END)
    began = ends["since"][ends["t"] == window.ended_s].to_numpy() - events.zero_s
    return float(began[0]) if began.size and began[0] > 0 else window.ended_s


def _latest(times: Floats, window: Window) -> float | None:
    """The last of the times strictly while the fault was in force, counted from its beginning."""
    inside = times[window.in_force(times) & (times > (window.began_s or 0.0))]
    return float(inside.max() - (window.began_s or 0.0)) if inside.size else None


def _after(
    events: Events, backlog: Backlog, window: Window, normal: tuple[int, int]
) -> dict[str, float | None]:
    level, median = normal
    names = ("first_success_s", "time_to_recover_s", "drained_s")
    if window.ended_s is None:
        return dict.fromkeys(names)
    attempts = events.of(Kind.ATTEMPT)
    answered = attempts["t"][(attempts["code"] == 0) & (attempts["t"] >= window.ended_s)]
    moments = (
        float(answered.iloc[0]) if len(answered) else None,
        backlog.settles_at(level, window.ended_s),
        backlog.falls_to(median, window.ended_s),
    )
    since_end = (None if moment is None else moment - window.ended_s for moment in moments)
    return dict(zip(names, since_end, strict=True))


def _times(events: Events, kind: Kind) -> Floats:
    return events.once(kind)["t"].to_numpy()


def _intended(events: Events, kind: Kind) -> Floats:
    return events.once(kind)["since"].to_numpy()


def _rate(times: Floats, begins_s: float, ends_s: float) -> float | None:
    if ends_s <= begins_s:
        return None
    return float(((times >= begins_s) & (times < ends_s)).sum() / (ends_s - begins_s))


def _rounded(row: dict[str, Any]) -> dict[str, Any]:
    return {k: round(v, 6) if isinstance(v, float) else v for k, v in row.items()}
