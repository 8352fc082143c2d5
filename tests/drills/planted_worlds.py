"""Simulated worlds that are planted once and struck many times: `python -m tests.drills.planted_worlds PIPE`.

Planting an estate is most of what a drill costs, and the drills of the shipped runbooks differ in what strikes.
So a process plants each estate once, and forks: each drill has a process of its own with a world as good as
new, over real HTTP, as `drctl drill` has it. One line of JSON comes in for each world: the file of its configuration.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
import traceback
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import TextIO

from werkzeug.test import create_environ

from drctl.model.scenario import Scenario
from drctl.sim.clock import SimClock
from drctl.sim.durations import DEFAULTS
from drctl.sim.moto_reflection import load
from drctl.sim.overlay import World
from drctl.sim.process import serve_world, without_collection
from drctl.sim.process_config import ProcessConfig, read_estate, read_scenario
from drctl.sim.routing import find_route
from drctl.sim.services.catalogue import overlays
from drctl.sim.strike import strike
from drctl.sim.world import planted

_MOST = 24
"""Planters that are kept, those that were used last: each holds a whole estate in memory."""


def main() -> None:
    """Fork a process for each way an estate is planted, and pass on the worlds that are asked for."""
    # Nobody waits for the worlds: each ends when it is told to.
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    with without_collection():
        _warm()
    planters: OrderedDict[str, TextIO] = OrderedDict()
    try:
        _pass_on(planters)
    finally:
        for pipe in (Path(sys.argv[1]), Path(f"{sys.argv[1]}.lock")):
            pipe.unlink(missing_ok=True)


def _pass_on(planters: OrderedDict[str, TextIO]) -> None:
    for line in sys.stdin:
        config = ProcessConfig.read(Path(line.strip()))
        key = json.dumps([config.estate, _changes(config)], sort_keys=True)
        if key not in planters:
            if len(planters) == _MOST:
                # It ends with its pipe; the worlds that it has forked go on without it.
                planters.popitem(last=False)[1].close()
            planters[key] = _planter(config, planters.values())
        planters.move_to_end(key)
        planters[key].write(line)
        planters[key].flush()


def _changes(config: ProcessConfig) -> object:
    told = json.loads(config.scenario) if config.scenario is not None else {}
    return told.get("estate")


def _planter(config: ProcessConfig, others: Iterable[TextIO]) -> TextIO:
    """A process that has planted the estate of `config` and serves a copy of it for each line it is given."""
    theirs, ours = os.pipe()
    if os.fork():
        os.close(theirs)
        return os.fdopen(ours, "w")
    os.close(ours)
    # Or none of them would ever see its pipe end.
    for other in others:
        other.close()
    with _Ended():
        estate = read_estate(config.estate) if config.estate is not None else None
        scenario = _scenario(config)
        with without_collection():
            app = planted(estate, scenario, config.onset)
        with os.fdopen(theirs) as asked:
            for line in asked:
                if os.fork() == 0:
                    with _Ended():
                        its = replace(ProcessConfig.read(Path(line.strip())), onset=config.onset)
                        if (struck := _scenario(its)) is not None:
                            strike(app, struck, estate)
                        serve_world(app, its, _stopping())
    raise AssertionError("a planter ends in its own way")


def _warm() -> None:
    """Import moto's services and have their routes put together here, or each planter would do it for itself."""
    for service in {
        overlay.service
        for overlay in overlays(World(clock=SimClock(datetime(2026, 1, 1, tzinfo=UTC)), durations=DEFAULTS))
    }:
        load(service)
        for method in ("GET", "POST"):
            find_route(service, create_environ(method=method))


def _scenario(config: ProcessConfig) -> Scenario | None:
    return read_scenario(config.scenario) if config.scenario is not None else None


def _stopping() -> threading.Event:
    stopping = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stopping.set())
    return stopping


class _Ended:
    """The process ends where this does, whatever happens in it: nothing of its parent's goes on in a fork."""

    def __enter__(self) -> None:
        return None

    def __exit__(
        self, kind: type[BaseException] | None, failure: BaseException | None, trace: TracebackType | None
    ) -> None:
        if failure is not None:
            traceback.print_exception(failure)
        sys.stderr.flush()
        os._exit(0 if failure is None else 1)


if __name__ == "__main__":
    main()
