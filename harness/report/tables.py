"""The report's tables, as rows of words: bounded in length, whatever the run was."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from harness.analysis.words import UNKNOWN, count, measure, number, plural, rate, seconds, share

Rows = Sequence[tuple[str, ...]]
MOST_ROWS: Final = 30
MOST_CHARACTERS: Final = 200


@dataclass(frozen=True)
class Table:
    """Columns whose names end in `#` hold numbers; `left_out` rows were too many to show."""

    title: str
    columns: tuple[str, ...]
    rows: Rows
    note: str = ""
    left_out: int = 0


def table(title: str, columns: tuple[str, ...], rows: Rows, note: str = "") -> Table:
    """A table of at most MOST_ROWS rows."""
    return Table(title, columns, rows[:MOST_ROWS], note, max(0, len(rows) - MOST_ROWS))


def ledger(summary: Mapping[str, Any]) -> list[tuple[str, str, bool]]:
    """(what, how many, whether that is bad) of arrived, and of what it is the sum of."""
    recordings = summary["recordings"]
    fates = ("arrived", "sealed", "dead_lettered", "shed", "buffered", "lost")
    bad = ("dead_lettered", "shed", "buffered", "lost")
    return [
        (fate.replace("_", "-"), count(recordings[fate]), fate in bad and recordings[fate] != 0)
        for fate in fates
    ]


def expectations(summary: Mapping[str, Any]) -> Table:
    stated = summary["expectations"]
    if len(stated) > MOST_ROWS:
        stated = sorted(stated, key=lambda row: bool(row["ok"]))  # what failed is never left out
    rows = [
        (
            row["expect"],
            measure(row["value"], row["unit"]),
            measure(row["limit"], row["unit"]),
            "held" if row["ok"] else "FAILED",
        )
        for row in stated
    ]
    return table("Expectations", ("Expected", "Got #", "Limit #", ""), rows)


def faults(summary: Mapping[str, Any]) -> Table:
    columns = (
        *("Fault", "Began #", "Ended #", "First success #", "Recovered #", "Drained #"),
        *("Goodput during #", "Goodput before #", "Last success #", "Playbacks failed #"),
    )
    rows = [
        (
            fault["text"],
            "never" if fault["began_s"] is None else seconds(fault["began_s"]),
            seconds(fault["ended_s"]),
            *(
                seconds(fault[f"{key}_s"])
                for key in ("first_success", "time_to_recover", "drained")
            ),
            rate(fault["goodput_during"]),
            rate(fault["goodput_before"]),
            seconds(fault["last_success_s"]),
            count(fault["playback_errors"]),
        )
        for fault in summary["faults"]
    ]
    note = (
        "Began and ended count from the load's beginning, the next three from the fault's end. "
        "Recovered: the backlog is back at its p99 from before the first fault, and stays there. "
        "Drained: it is down to the median from before. Goodput: recordings sealed a second. "
        "Last success: from the fault's beginning to the last recording sealed or played meanwhile."
    )
    return table("Faults", columns, rows, note)


def calls(summary: Mapping[str, Any]) -> Table:
    kms = summary["kms"]
    rows = [
        (name, *(count(made[key]) for key in ("attempts", "succeeded", "throttled")))
        for name, made in [*kms["by_operation"].items(), ("all", kms)]
    ]
    gateway = kms["gateway_requests"]
    note = f"Amplification: {number(kms['amplification'])} attempts to get a data key a recording. "
    note += (
        "The gateway was not asked for its own count."
        if gateway is None
        else (f"The gateway itself counted {count(gateway)} requests.")
    )
    return table(
        "Calls to KMS", ("Operation", "Attempts #", "Succeeded #", "Throttled #"), rows, note
    )


def data_keys(summary: Mapping[str, Any]) -> Table:
    found = summary["materials"]
    if not found["data_keys"]:
        return table("Data keys", (), ())
    row = (
        str(found["scheme"] or UNKNOWN),
        count(found["data_keys"]),
        number(found["calls_per_recording"]),
        number(found["recordings_per_key_mean"]),
        count(found["recordings_per_key_max"]),
    )
    columns = ("Materials", "Made by KMS #", "Calls a recording #", "One exposes, mean #", "most #")
    note = (
        "Calls: to get keys to seal with, refused ones too. "
        "Exposes: the recordings that would open with one of the keys, or pairs, that KMS made."
    )
    return table("Data keys", columns, [row], note)


def errors(summary: Mapping[str, Any]) -> Table:
    found = sorted(summary["kms"]["errors"].items(), key=lambda item: -int(item[1]))
    return table("Errors from KMS", ("Code", "Times #"), [(code, count(n)) for code, n in found])


def latencies(summary: Mapping[str, Any]) -> Table:
    said = {
        "seal": "intended arrival to seal",
        "accept": "intended arrival to durable in the buffer",
        "kms_call": "call to KMS, whatever the answer",
        "kms_call_ok": "call to KMS that succeeded",
        "playback": "playback, at the run's end too",
        "playback_live": "playback that an evaluator asked for",
    }
    quantiles = ("p50", "p90", "p99", "p999", "max")
    rows = [
        (what, count(spread["count"]), *(seconds(spread[q]) for q in quantiles))
        for name, what in said.items()
        if (spread := summary["latency_s"][name])["count"]
    ]
    columns = ("From", "Events #", "p50 #", "p90 #", "p99 #", "p99.9 #", "max #")
    return table("Latency", columns, rows, "Exact quantiles of events: no buckets, no averages.")


def playback(summary: Mapping[str, Any]) -> Table:
    played = summary["playback"]
    outcomes = [name for name in played["live"] if played["attempted"]]
    rows = [
        (name.replace("_", " "), *(count(by[name]) for by in (played["live"], played["verify"])))
        for name in outcomes
    ]
    note = f"Playback and ledger disagree of {plural(played['disagreements'], 'recording')}."
    return table("Playback", ("Recordings", "Beside the load #", "At the end #"), rows, note)


def handshake(summary: Mapping[str, Any]) -> Table:
    tested = summary["handshake"]
    rows = [("tested", count(tested["attempted"])), ("refused", count(tested["refused"]))]
    causes = [(f"refused: {cause}", count(times)) for cause, times in tested["causes"].items()]
    rows = [*rows, *causes] if tested["attempted"] else []
    return table("Handshake", ("Keys", "#"), rows, '"Test & Save": before a key is trusted.')


def instrument(summary: Mapping[str, Any]) -> Table:
    measured = summary["saturation"]
    said = {
        "generator_lag_s": ("arrivals were late by, p95", seconds),
        "generator_busy": ("load generator busy, p80", share),
        "gateway_busy": ("gateway busy, p80", share),
        "gateway_lag_s": ("gateway's answers were late by, p95", seconds),
    }
    rows = [
        (what, say(measured[key])) for key, (what, say) in said.items() if measured[key] is not None
    ]
    return table("The instrument", ("Of one-second samples", "#"), rows)


def settings(manifest: Mapping[str, Any], known: tuple[str, ...]) -> Table:
    """Everything in the manifest but what the report says elsewhere, as it is written there."""
    rows = [
        (name.replace("_", " "), _short(value))
        for name, value in manifest.items()
        if name not in known
    ]
    return table("Settings", ("Setting", "Value"), rows)


def _short(value: Any) -> str:
    if isinstance(value, dict):
        text = ", ".join(f"{key} {_short(inner)}" for key, inner in value.items())
    else:
        text = UNKNOWN if value is None else str(value)
    return text if len(text) <= MOST_CHARACTERS else text[: MOST_CHARACTERS - 1] + "…"
