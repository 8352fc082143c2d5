"""Drive a run in this process, on a small pool of threads."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass

from drctl.engine.drive import drive
from drctl.engine.parts import Parts
from drctl.model.plan import Plan
from drctl.model.run import Run

WORKERS = 8
"""Ticks in flight at most. Steps that wait hold none of them: ten thousand waits fit."""


@dataclass(frozen=True, slots=True)
class InProcess:
    """The default: this process's threads, gone with it."""

    workers: int = WORKERS

    def drive(self, plan: Plan, run: Run, parts: Callable[[Executor], Parts]) -> Run:
        """Drive `run` as far as it goes; every tick that was begun has ended when this returns.

        KeyboardInterrupt leaves at once: calls that are on their way go on without anybody to hear of them, and
        are looked for when the run is resumed.
        """
        pool = ThreadPoolExecutor(self.workers, thread_name_prefix="tick")
        try:
            driven = drive(plan, run, parts(pool))
        except KeyboardInterrupt:
            pool.shutdown(wait=False, cancel_futures=True)
            raise
        except BaseException:
            pool.shutdown()
            raise
        pool.shutdown()
        return driven
