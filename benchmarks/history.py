"""What history and forecasts cost: run with `python -m benchmarks.history`.

The runs are real journals on disk, of the tests' small world; each has a plan of its own length.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from drctl.bootstrap import past_runs
from drctl.bootstrap.past_runs import history_of
from drctl.journal.sqlite import SqliteJournal
from drctl.model.events import Event, RunStarted
from drctl.model.forecast import forecast
from drctl.model.plan import Plan
from drctl.model.run import Run
from drctl.report.document import run_document
from drctl.report.progress_plain import PlainProgress
from tests.fakes.runs import Bench, step
from tests.fakes.sample_run import recorded


def measure(name: str, call: Callable[[], object], times: int = 5) -> None:
    """Print the best of so many calls, in seconds of the processor."""
    best = min(_seconds(call) for _ in range(times))
    print(f"{name:<62} {best * 1000:9.2f} ms")  # noqa: T201


def _seconds(call: Callable[[], object]) -> float:
    began = time.process_time()
    call()
    return time.process_time() - began


def driven(steps: int) -> tuple[Run, Plan, list[Event]]:
    """A run of so many steps in a row, with its events."""
    bench = Bench(*[step(f"s{n}", *([f"s{n - 1}"] if n else []), takes="1m") for n in range(steps)])
    run = bench.drive()
    return run, bench.plan, [record.event for record in bench.journal.read()]


def keep(state: Path, events: list[Event], run: str) -> None:
    """The events as the journal of a run of that name."""
    first = events[0]
    assert isinstance(first, RunStarted)  # noqa: S101
    journal = SqliteJournal.open(state / "runs" / run / "journal.sqlite", create=True)
    journal.append([replace(first, run=run), *events[1:]])
    journal.release()


def main() -> None:
    """Measure how history grows with the runs that are kept, and forecasts with the steps of a plan."""
    run, plan, events = driven(20)
    # The small world has no runbook's text to read again.
    vars(past_runs)["plan_of"] = lambda other: plan
    started = run.started
    assert started is not None  # noqa: S101
    with tempfile.TemporaryDirectory() as folder:
        state = Path(folder)
        for kept in (1, 20, 200):
            for number in range(len(list(state.glob("runs/*"))), kept):
                keep(state, events, f"dr-{number}")
            measure(f"history of 20 steps, {kept:>5} runs kept", lambda: history_of(state, started, plan))
    for steps in (20, 1000):
        measure_steps(steps)


def measure_steps(steps: int) -> None:
    """What a run of so many steps costs to foretell, and to tell."""
    run, plan, events = driven(steps)
    half = Run()
    for record in recorded(events[: len(events) // 2]):
        half.apply(record)
    now = half.last_at
    assert now is not None  # noqa: S101
    measure(f"one forecast of {steps:>5} steps, half of them done", lambda: forecast(half, plan, now))
    measure(f"run document of {steps:>5} steps, with its forecast", lambda: run_document(run, plan))
    measure(f"plain progress of a whole run of {steps:>5} steps", lambda: told(events, plan), 1)


def told(events: list[Event], plan: Plan) -> None:
    """All events as lines that nobody reads."""
    shown, run = PlainProgress(lambda line: None), Run()
    for record in recorded(events):
        run.apply(record)
        if record.seq == 1:
            shown.begin(plan, run)
        shown.recorded(record, run)


if __name__ == "__main__":
    main()
