"""What a person sees while a run goes on: a living line on a terminal, plain ones elsewhere."""

from rich.console import Console
from rich.live import Live
from rich.text import Text

from harness.live.run import Run

_LIVELY_S = 0.25
_PLAIN_S = 5.0


class Progress:
    """Shows a run on standard error until it has ended."""

    def __init__(self, run: Run) -> None:
        self._run = run
        self._console = Console(stderr=True, highlight=False)
        self._over = False

    def show(self) -> None:
        """Until `end`. Colours and movement only on a terminal; NO_COLOR is minded."""
        if not self._console.is_terminal:
            while not self._over:
                self._console.print(self._line(), soft_wrap=True)
                self._sleep(_PLAIN_S)
            return
        with Live(self._line(), console=self._console, auto_refresh=False, transient=True) as live:
            while not self._over:
                live.update(self._line(), refresh=True)
                self._sleep(_LIVELY_S)

    def end(self) -> None:
        self._over = True

    def _sleep(self, seconds: float) -> None:
        clock = self._run.prepared.clock
        until_s = clock.time() + seconds
        while not self._over and clock.time() < until_s:
            clock.sleep(_LIVELY_S)

    def _line(self) -> Text:
        run, pipeline = self._run, self._run.prepared.pipeline
        now_s = run.prepared.clock.time()
        depth = run.prepared.buffer.depth()
        oldest_s = 0.0 if depth.oldest_s is None else now_s - depth.oldest_s
        line = Text.assemble(
            (f"{now_s - run.began_s:6.1f} s  ", "bold"),
            f"{run.phase:<6}  arrived {pipeline.arrived:,}  sealed {pipeline.sealed:,}  ",
            (f"backlog {depth.recordings:,}", "yellow" if depth.recordings > 100 else ""),
            f"  oldest {oldest_s:.1f} s",
        )
        if pipeline.shed or pipeline.dead_lettered:
            line.append(f"  shed {pipeline.shed:,}  dead {pipeline.dead_lettered:,}", "bold red")
        if run.timeline.in_force:
            line.append(f"  [{run.timeline.in_force}]", "bold magenta")
        return line
