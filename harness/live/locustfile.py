"""Where Locust and the harness meet: a user that is a line, one that is an evaluator, and Locust's
events. Nothing else imports Locust.

A headless run is prepared before Locust starts its users, so that a mistake ends in one line and
exit code 2; from the web UI each start prepares a run of its own.
"""

import logging
import os
import signal
import sys
from pathlib import Path
from typing import Any

import gevent
from gevent.hub import Hub
from gevent.lock import BoundedSemaphore
from locust import User, constant, events, task
from locust.runners import LocalRunner

from harness.errors import BadInput, HarnessError
from harness.live.options import add_options, from_namespace
from harness.live.outcome import INTERRUPTED, tell
from harness.live.prepare import prepare
from harness.live.progress import Progress
from harness.live.run import Run
from harness.live.turns import in_time
from harness.plan import Plan, Variants
from harness.scenario import about, one_of

_GRACE_S = 0.5


class _Stage:
    """The run that is on, if any, and what Locust's events do to it."""

    def __init__(self, planned: Plan | Variants) -> None:
        self.planned = planned
        self.plan = one_of(planned, None)
        self.run: Run | None = None
        self.users = _users(self)
        self.begun = False
        self.code: int | None = None
        self._telling = BoundedSemaphore()

    def on_init(self, environment: Any, **_: Any) -> None:
        self.environment, options = environment, environment.parsed_options
        if type(environment.runner) is not LocalRunner:
            sys.stderr.write(
                "ekm: one process runs a plan; got --master, --worker or --processes\n"
            )
            sys.exit(BadInput.exit_code)
        # gevent would print Ctrl-C as an error before Locust gets to end the run.
        Hub.NOT_ERROR = (*Hub.NOT_ERROR, KeyboardInterrupt)
        if "EKM_QUIET" in os.environ:
            logging.getLogger("locust.stats_logger").disabled = True
        try:
            asked = from_namespace(options)
            self.plan = one_of(self.planned, asked.variant).compressed(asked.compress)
        except HarnessError as error:
            sys.stderr.write(f"ekm: {error}\n")
            sys.exit(error.exit_code)
        # Locust counts users of all kinds; those of a fixed count come on top of the lines.
        options.num_users = (options.num_users or self.plan.lines) + self._evaluators
        options.spawn_rate = options.spawn_rate or options.num_users
        # A little longer than the load, whose last arrivals would else be a matter of luck.
        options.run_time = (options.run_time or self.plan.run_time_s) + _GRACE_S
        self._count_evaluators()
        if options.headless:
            # Until Locust minds SIGTERM itself, it undoes what is being prepared.
            signal.signal(signal.SIGTERM, lambda *_: sys.exit(INTERRUPTED))
            self._prepare()

    @property
    def _evaluators(self) -> int:
        return self.plan.evaluators.count if self.plan.evaluators else 0

    def _count_evaluators(self) -> None:
        # To Locust a fixed count of 0 is none set, and would make half of the lines evaluators.
        evaluator = self.users[1]
        evaluator.fixed_count = self._evaluators
        if not self._evaluators:
            kinds = self.environment.user_classes
            self.environment.user_classes = [kind for kind in kinds if kind is not evaluator]

    def on_test_start(self, **_: Any) -> None:
        if self.run is None:
            self._prepare()
        if self.run is None:
            gevent.spawn(self._stop_load)
            return
        self.begun = True
        self.run.begin()
        if "EKM_PROGRESS" in os.environ:
            self.progress = Progress(self.run)
            gevent.spawn(self.progress.show)

    def on_test_stop(self, **_: Any) -> None:
        self._end(interrupted=False)

    def on_quitting(self, **_: Any) -> None:
        # Locust's own end has stopped the test by now; what has not ended was cut short.
        self._end(interrupted=True)
        self.environment.process_exit_code = self.code if self.code is not None else INTERRUPTED

    def _prepare(self) -> None:
        namespace = self.environment.parsed_options
        path = Path(self.environment.parsed_locustfiles[0])
        try:
            options = from_namespace(namespace)
            lines = max(1, namespace.num_users - self._evaluators)
            plan = self.plan.but(lines=lines, run_time=float(namespace.run_time) - _GRACE_S)
            prepared = prepare(
                Path(path), about(Path(path)), plan, options, self._listen, gevent.spawn
            )
        except HarnessError as error:
            self._refuse(error)
            return
        self.run = Run(prepared, options.seed, gevent.spawn, self._stop_load)

    def _refuse(self, error: HarnessError) -> None:
        """One line; and from the command line the end. The web page stays up for another try."""
        sys.stderr.write(f"ekm: {error}\n")
        if self.environment.parsed_options.headless:
            sys.exit(error.exit_code)

    def _stop_load(self) -> None:
        runner, options = self.environment.runner, self.environment.parsed_options
        (runner.quit if options.headless else runner.stop)()

    def _end(self, interrupted: bool) -> None:
        run = self.run
        if run is None:
            return
        run.end(interrupted)
        with self._telling:  # whoever comes second may not quit before the first has told
            if self.run is not None:
                self.run = None
                if "EKM_PROGRESS" in os.environ and self.begun:
                    self.progress.end()
                    gevent.sleep(0.3)
                self.code = tell(run)

    def _listen(self, name: str, seconds: float, size: int, code: str | None) -> None:
        self.environment.events.request.fire(
            request_type="KMS" if name[0].isupper() else "recording",
            name=name,
            response_time=seconds * 1000,
            response_length=size,
            exception=code,
            context={},
        )


def _add_options(parser: Any) -> None:
    # Locust's own web page would listen on every interface; --web-host says so where it is wanted.
    parser.set_defaults(web_host="127.0.0.1")
    add_options(parser)


def users(planned: Plan | Variants) -> tuple[type[User], type[User]]:
    """The Locust users of a plan: a line that finishes recordings at its own rate, come what may;
    and an evaluator who plays them back, of whom there may be none."""
    stage = _Stage(planned)
    events.init_command_line_parser.add_listener(_add_options)
    events.init.add_listener(stage.on_init)
    events.test_start.add_listener(stage.on_test_start)
    events.test_stop.add_listener(stage.on_test_stop)
    events.quitting.add_listener(stage.on_quitting)
    return stage.users


def _users(stage: _Stage) -> tuple[type[User], type[User]]:
    class Line(User):
        wait_time = constant(0)

        @task
        def finish_recordings(self) -> None:
            for run, arrival_s in in_time(stage.run, Run.arrivals):
                run.hand_in(arrival_s)

    class Evaluator(User):
        wait_time = constant(0)
        fixed_count = 1  # so many whatever the lines; the number is known when the options are

        @task
        def play_back(self) -> None:
            for run, meant_s in in_time(stage.run, lambda run: run.listening.times()):
                run.listening.play(meant_s)

    return Line, Evaluator
