"""Faults on a timeline: each strikes at its time, and is mended at its time or the run's end."""

import os
from collections.abc import Callable
from dataclasses import dataclass, replace

import psutil

from harness import undo
from harness.clock import Clock
from harness.errors import BadInput, HarnessError
from harness.faults import Target
from harness.journal import Journal, Kind
from harness.live.ground import Ground
from harness.live.running import Running
from harness.plan import Strike

_MEND_TRIES = 5
_MEND_WAIT_S = 0.5


@dataclass(frozen=True)
class Stage:
    """What the timeline acts on."""

    ground: Ground
    name: str
    running: Running
    journal: Journal
    clock: Clock
    spawn: Callable[..., object]
    abort: Callable[[HarnessError], None]


class Timeline:
    """The strikes of one run."""

    def __init__(self, strikes: tuple[Strike, ...], stage: Stage) -> None:
        self._strikes, self._stage = strikes, stage
        self._in_force: dict[int, undo.Undo] = {}
        self._over = False

    def begin(self) -> None:
        """The load begins now: let each strike wait for its time."""
        start_s = self._stage.clock.time()
        for place, strike in enumerate(self._strikes):
            self._stage.spawn(self._play, place, strike, start_s)

    def end(self) -> None:
        """Mend what is in force. Nothing strikes after this."""
        self._over = True
        for place in list(self._in_force):
            self._mend(place)

    @property
    def in_force(self) -> str:
        """The faults that strike now, as words; empty for none."""
        return ", ".join(self._strikes[place].fault.text for place in self._in_force)

    def _play(self, place: int, strike: Strike, start_s: float) -> None:
        clock = self._stage.clock
        clock.sleep(start_s + strike.at_s - clock.time())
        if self._over:
            return
        try:
            target = self._strike(place, strike)
            for after_s, step in strike.fault.steps(strike.for_s):
                clock.sleep(start_s + strike.at_s + after_s - clock.time())
                if place not in self._in_force:
                    return
                step(target)
        except Exception as error:
            self._stage.abort(BadInput(f"the fault {strike.name} could not strike: {error}"))
            return
        clock.sleep(start_s + strike.at_s + strike.for_s - clock.time())
        self._mend(place)

    def _strike(self, place: int, strike: Strike) -> Target:
        stage, fault = self._stage, strike.fault
        record = self._record(place, strike)
        target = undo.target(record, stage.running)
        found = dict(fault.look(target))
        record, target = replace(record, found=found), replace(target, found=found)
        undo.write(record)
        self._in_force[place] = record
        key = stage.running.key_place
        stage.journal.append(Kind.FAULT_BEGIN, stage.clock.time(), recording=key, code=place)
        fault.strike(target)
        return target

    def _record(self, place: int, strike: Strike) -> undo.Undo:
        # A key is struck, and mended by whoever comes later, where it is: a gateway in front of it
        # ends with the run, and takes its wire faults along.
        ground, wire = self._stage.ground, strike.fault.wire
        return undo.Undo(
            name=f"{self._stage.name}-{place}",
            fault=strike.name,
            settings=dict(strike.settings),
            key=self._stage.running.key,
            backend=ground.backend if wire else ground.kms,
            owner=os.getpid(),
            owner_started_s=psutil.Process().create_time(),
            perishable=ground.perishable or (wire and ground.backend != ground.kms),
        )

    def _mend(self, place: int) -> None:
        record = self._in_force.get(place)
        for left in reversed(range(_MEND_TRIES)):
            if record is None or place not in self._in_force:
                return
            began_s = self._stage.clock.time()
            try:
                undo.mend(record, self._stage.running)
                break
            except Exception as error:
                if not left:
                    self._stage.abort(
                        BadInput(f"the fault {record.fault} is not mended, run `ekm heal`: {error}")
                    )
                    return
            self._stage.clock.sleep(_MEND_WAIT_S)
        self._in_force.pop(place, None)
        self._stage.journal.append(Kind.FAULT_END, self._stage.clock.time(), began_s, code=place)
