"""What each target did, kept as JSON beside the code, and shown as docs/conformance.md."""

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Final

from conformance.behaviour import Behaviour, areas, behaviours
from conformance.run import YES

HERE: Final = Path(__file__).resolve().parent
PAGE: Final = HERE.parent / "docs" / "conformance.md"
_MEASURED: Final = HERE / "measured"
_ORDER: Final = ("gateway", "localstack", "moto", "ministack", "aws")
_PREFACE: Final = """# Who does what KMS does

Behaviours of AWS KMS, each with where it is known from, and who has it: `yes`, or what was done
instead. Written by `make conformance`, which is

    python -m conformance --against gateway,localstack,moto,ministack --write

It starts and stops each by itself; `--area grants` asks one area, `--against gateway` one target,
`--page` writes this page anew from what was measured.
A behaviour is a function in `conformance/behaviours/<area>.py`; what was measured is kept in
`conformance/measured/`. AWS has been asked by nobody yet: `--against aws` does it, see `--help`.

A behaviour is a `yes` only where all of it holds: code, status, and the message where one is known.
An operation that a target does not have costs it every behaviour that needs it.

The stand-ins are made for other ends than rehearsing failure, and say so; this page is about that
end only. The gateway is started without latency, with signatures verified, and with the quotas of
its control plane lifted. IDs, names and dates that are others each time are left out of outcomes.
"""


@dataclass
class Measured:
    """The outcomes of one target, by title, with its version and the day."""

    name: str
    version: str
    date: str
    outcomes: dict[str, str] = field(default_factory=dict)


def known(target: str) -> Measured | None:
    """What was measured of a target, if it was."""
    file = _MEASURED / f"{target}.json"
    return Measured(**json.loads(file.read_text())) if file.exists() else None


def keep(target: str, measured: Measured) -> None:
    """Keep outcomes for the page: those of behaviours there are, new ones over old ones."""
    before = known(target)
    outcomes = (before.outcomes if before else {}) | measured.outcomes
    titles = [one.title for one in behaviours() if one.title in outcomes]
    measured.outcomes = {title: outcomes[title] for title in titles}
    _MEASURED.mkdir(exist_ok=True)
    text = json.dumps(asdict(measured), indent=1, ensure_ascii=False)
    (_MEASURED / f"{target}.json").write_text(text + "\n")


def rendered() -> str:
    """The page."""
    columns = [found for target in _ORDER if (found := known(target))]
    parts = [_PREFACE, *_totals(columns)]
    for area in areas():
        parts += [f"\n## {area.replace('_', ' ').capitalize()}\n", *_table(area, columns)]
    return "\n".join(parts) + "\n"


def _totals(columns: list[Measured]) -> list[str]:
    every = len(behaviours())
    lines = [
        "| target | version | measured on | yes | no | not asked |",
        "|---|---|---|---|---|---|",
    ]
    for column in columns:
        yes, no, rest = counts(column, behaviours())
        row = (f"**{yes}** of {every}", str(no), str(rest))
        lines.append(f"| {' | '.join((column.name, column.version, column.date, *row))} |")
    by_area = [f"\n| area | behaviours | {' | '.join(one.name for one in columns)} |"]
    by_area.append("|---" * (len(columns) + 2) + "|")
    for area in areas():
        own = [one for one in behaviours() if one.area == area]
        cells = [str(counts(column, own)[0]) for column in columns]
        by_area.append(f"| {area.replace('_', ' ')} | {len(own)} | {' | '.join(cells)} |")
    return lines + by_area


def counts(column: Measured, of: list[Behaviour] | tuple[Behaviour, ...]) -> tuple[int, int, int]:
    """How many are yes, no, and not asked."""
    outcomes = [column.outcomes.get(one.title, "not asked") for one in of]
    yes = outcomes.count(YES)
    no = sum(outcome.startswith("no:") for outcome in outcomes)
    return yes, no, len(outcomes) - yes - no


def _table(area: str, columns: list[Measured]) -> list[str]:
    names = [f"{column.name} {column.version}".strip() for column in columns]
    lines = [f"| behaviour | source | {' | '.join(names)} |", "|---" * (len(columns) + 2) + "|"]
    for one in behaviours():
        if one.area == area:
            cells = [column.outcomes.get(one.title, "not asked") for column in columns]
            row = (cell(one.title), one.source, *map(cell, cells))
            lines.append(f"| {' | '.join(row)} |")
    return lines


def cell(text: str) -> str:
    """Text that says the same inside a table of Markdown."""
    return text.replace("|", "\\|").replace("<", "&lt;").replace("*", "\\*")
