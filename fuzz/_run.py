"""A target fuzzed in a child process: bounded in time and memory, and what came of it."""

import importlib
import os
import re
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from hashlib import sha1
from pathlib import Path
from types import ModuleType
from typing import Final

_HOUSE: Final = Path(__file__).parent.parent
_MOST_BYTES: Final = 8192  # of one input
_MOST_RSS_MIB: Final = 600
_HANG_S: Final = 10  # one input taking longer is a finding
_GRACE_S: Final = 60
_PULSE: Final = re.compile(
    r"^#(\d+)\s+(\w+).*?cov: (\d+) ft: (\d+) corp: (\d+)/\S+ .*?rss: (\d+)Mb", re.MULTILINE
)

_UNCAUGHT: Final = re.compile(
    r"=== Uncaught Python exception.*?(?=^==\d)", re.DOTALL | re.MULTILINE
)


@dataclass(frozen=True)
class Found:
    """What a target's fuzzing came to. Memory is the most resident so far, in MiB."""

    target: str
    seconds: int
    executions: int
    coverage: int  # edges of bytecode
    corpus: int  # inputs that each reached something new
    began_mib: int
    ended_mib: int
    finding: str  # empty where nothing was found; else the input and what it did

    @property
    def text(self) -> str:
        """One line for a person."""
        return (
            f"{self.target}: {self.executions:,} executions in {self.seconds} s, coverage "
            f"{self.coverage:,}, corpus {self.corpus}, memory {self.began_mib} to "
            f"{self.ended_mib} MiB, {'FAILED' if self.finding else 'nothing found'}"
        )


# The system reports a process's greatest memory as no less than that of whoever started it; so it
# is started by somebody small.
_AFRESH = ("/bin/sh", "-c", '"$0" "$@"; exit $?')


def find(name: str) -> ModuleType:
    """A target by its name here, or by a module's name elsewhere."""
    return importlib.import_module(name if "." in name else f"fuzz.{name}")


def run(target: str, seconds: int, kept: Path | None = None) -> Found:
    """Fuzz; with `kept`, the corpus that grows is left there, and gone on from next time."""
    with tempfile.TemporaryDirectory(prefix="ekm-fuzz-") as folder:
        corpus, seeds = kept or Path(folder, "corpus"), Path(folder, "seeds")
        for path in (corpus, seeds):
            path.mkdir(parents=True, exist_ok=True)
        for seed in find(target).seeds():
            seeds.joinpath(sha1(seed, usedforsecurity=False).hexdigest()).write_bytes(seed)
        flags = [f"-max_total_time={seconds}", f"-max_len={_MOST_BYTES}", f"-timeout={_HANG_S}"]
        flags += [f"-rss_limit_mb={_MOST_RSS_MIB}", f"-artifact_prefix={folder}/"]
        ended = subprocess.run(
            [
                *_AFRESH,
                sys.executable,
                "-m",
                "fuzz._child",
                target,
                *flags,
                str(corpus),
                str(seeds),
            ],
            cwd=_HOUSE,
            env=os.environ | {"PYTHONPATH": str(_HOUSE)},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            timeout=seconds + _GRACE_S,
        )
        return _read(target, seconds, ended, Path(folder))


def _read(
    target: str, seconds: int, ended: "subprocess.CompletedProcess[str]", folder: Path
) -> Found:
    pulses = _PULSE.findall(ended.stdout)
    begun = next((pulse for pulse in pulses if pulse[1] == "INITED"), None)
    finding = ""
    if ended.returncode or not begun:
        inputs = [repr(path.read_bytes()) for path in folder.iterdir() if path.is_file()]
        finding = "\n".join([*inputs, *_UNCAUGHT.findall(ended.stdout), ended.stdout[-600:]])
    begun, last = begun or [0] * 6, pulses[-1] if pulses else [0] * 6
    return Found(
        target,
        seconds,
        executions=int(last[0]),
        coverage=int(last[2]),
        corpus=int(last[4]),
        began_mib=int(begun[5]),
        ended_mib=int(last[5]),
        finding=finding,
    )
