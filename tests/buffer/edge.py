"""A process to be killed, or to run out of disk: it says which recordings it was promised to keep.

python -m tests.buffer.edge carry FOLDER RUN          many greenlets put, one seals, for ever
python -m tests.buffer.edge fill FOLDER BYTES SIZE    puts recordings of SIZE until no file may
                                                      grow beyond BYTES
"""

import itertools
import os
import random
import resource
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import gevent
from gevent import monkey

from harness.buffer import Buffer
from harness.clock import SystemClock
from harness.errors import BadInput
from harness.journal import Journal, Kind
from tests.buffer.openings import Place, recording

_PUTTERS = 8


def payload_of(id: int) -> bytes:
    """What the recording of this id must hold."""
    return random.Random(id).randbytes(id % 4_999)


def carry(folder: Path, run: int) -> None:
    """Put and seal until killed."""
    monkey.patch_all()
    place = Place(folder, SystemClock(), runs=run)
    journal = Journal(folder / f"journal-{run + 1}.bin", {})
    buffer = place.open(before_commit=journal.flush)
    ids = itertools.count(buffer.first_id())
    for _ in range(_PUTTERS):
        gevent.spawn(_put, buffer, ids)
    _seal(buffer, journal)


def _put(buffer: Buffer, ids: Iterator[int]) -> None:
    for id in ids:
        assert buffer.put(recording(id, payload_of(id), arrival_s=time.time()))
        os.write(1, b"%d\n" % id)


def _seal(buffer: Buffer, journal: Journal) -> None:
    """A little slower than what is put, so that something is always left."""
    while True:
        entry = buffer.lease(time.time())
        if entry is not None and entry.id % 7:
            assert buffer.payload(entry) == payload_of(entry.id)
            journal.append(Kind.SEAL, time.time(), recording=entry.id)
            buffer.settle(entry)
        gevent.sleep(0.0005)


def fill(folder: Path, most_bytes: int, size: int) -> None:
    """Put until the disk, so to speak, is full; say in one line what happened then."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (most_bytes, most_bytes))
    buffer = Place(folder, SystemClock()).open()
    try:
        for id in itertools.count(1):
            assert buffer.put(recording(id, bytes(size)))
            os.write(1, b"%d\n" % id)
    except BadInput as error:
        os.write(2, str(error).encode())


if __name__ == "__main__":
    _, mode, where, *numbers = sys.argv
    if mode == "carry":
        carry(Path(where), int(numbers[0]))
    else:
        fill(Path(where), int(numbers[0]), int(numbers[1]))
