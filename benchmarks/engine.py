"""How much the engine itself costs: run with `python -m benchmarks.engine`.

The world is the tests' small one, and the journal is the real one on disk, so that what is
measured is scheduling, folding and durable writing; AWS's own time is virtual.
"""

from __future__ import annotations

import resource
import tempfile
import time
from pathlib import Path
from typing import Any

from drctl.journal.sqlite import SqliteJournal
from drctl.model.plan import PlannedStep
from tests.fakes.runs import Bench, step


def measure(name: str, steps: list[PlannedStep]) -> None:
    """Drive a plan of `steps` once and print what it took."""
    bench: Any = Bench(*steps)
    with tempfile.TemporaryDirectory() as folder:
        journal = SqliteJournal.open(Path(folder) / "run" / "journal.sqlite", create=True)
        journal.append(bench.journal.events())
        bench.journal = journal
        began = time.perf_counter()
        run = bench.drive()
        took = time.perf_counter() - began
        journal.release()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    each = took / len(steps) * 1000
    print(f"{name:<34} {took:7.2f} s  {each:6.2f} ms a step  {run.events:>6} events  peak {peak} MB")  # noqa: T201


def main() -> None:
    """Measure the shapes that a plan can have."""
    chain = [step(f"s{n}", *([f"s{n - 1}"] if n else [])) for n in range(1000)]
    measure("1,000 steps in a row", chain)
    measure("1,000 steps side by side", [step(f"s{n}", takes="20m") for n in range(1000)])
    measure("10,000 steps waiting at once", [step(f"s{n}", takes="20m") for n in range(10_000)])


if __name__ == "__main__":
    main()
