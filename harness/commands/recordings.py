"""`ekm recordings`: a small folder of real WAV files, to try `--recordings` with."""

import argparse
import random
from pathlib import Path

from harness.errors import BadInput
from harness.live.options import at_least
from harness.wav import speech_like

__all__ = ["Recordings"]


class Recordings:
    """Makes G.711 µ-law dual-channel WAV files, a few seconds each."""

    summary = "make a small folder of WAV files to use as recordings"
    examples = """examples:
  ekm recordings make calls/
  ekm recordings make calls/ --count 20 --seed 7 && ekm run throttle_storm --recordings calls/"""

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        verbs = parser.add_subparsers(metavar="VERB", required=True)
        make = verbs.add_parser("make", help="make the files")
        make.add_argument("folder", type=Path)
        make.add_argument("--count", type=at_least(1), default=12, metavar="N")
        make.add_argument("--seed", type=at_least(0), default=1, metavar="N")

    def execute(self, arguments: argparse.Namespace) -> int:
        rng = random.Random(arguments.seed)
        try:
            arguments.folder.mkdir(parents=True, exist_ok=True)
            for number in range(1, arguments.count + 1):
                path = arguments.folder / f"call-{number:03d}.wav"
                path.write_bytes(speech_like(rng, rng.uniform(2.0, 8.0)))
        except OSError as error:
            raise BadInput(f"cannot write into {arguments.folder}: {error.strerror}") from None
        print(f"{arguments.count} recordings in {arguments.folder}")  # noqa: T201
        return 0
