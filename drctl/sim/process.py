"""`python -m drctl.sim.process --config FILE`: a simulated AWS in a process of its own.

It runs in its own session, so that it outlives a killed drill and the drill can be resumed;
it ends when it is told to, or when nobody has asked it anything for long enough.
"""

from __future__ import annotations

import argparse
import contextlib
import gc
import logging
import os
import signal
import threading
import time
import uuid
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from drctl.errors import DrctlError
from drctl.model.estate import Estate
from drctl.model.scenario import Scenario
from drctl.sim.process_config import ProcessConfig, Ready, read_estate, read_scenario
from drctl.sim.wsgi import Environ, StartResponse, Wsgi

if TYPE_CHECKING:
    from drctl.sim.app import SimulatedAws

log = logging.getLogger("drctl.sim")

_LOOK_EVERY_S = 1.0


class _Watched:
    """An application that knows how long ago it was last asked anything."""

    def __init__(self, app: Wsgi) -> None:
        self._app = app
        self._last = time.monotonic()

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        self._last = time.monotonic()
        try:
            return self._app(environ, start_response)
        finally:
            self._last = time.monotonic()

    def idle(self) -> timedelta:
        return timedelta(seconds=time.monotonic() - self._last)


def run(config: ProcessConfig, stopping: threading.Event) -> None:
    """Serve the world of `config` until `stopping` is set or it has been idle for long enough.

    The ready file is there once everything is planted and broken, and not before.
    """
    from drctl.sim.world import prepare

    estate = read_estate(config.estate) if config.estate is not None else None
    scenario = read_scenario(config.scenario) if config.scenario is not None else None
    with without_collection():
        app = prepare(estate, scenario, config.onset)
    serve_world(app, config, stopping)


def serve_world(app: SimulatedAws, config: ProcessConfig, stopping: threading.Event) -> None:
    """Serve `app`, which is the world of `config`, until `stopping` is set or it has been idle for long enough."""
    from drctl.sim.server import serve

    _give_control(app, config.onset, config.world, stopping)
    watched = _Watched(app)
    with serve(watched, config.port) as serving:
        Ready(url=serving.url, world=config.world, onset=config.onset, pid=os.getpid()).write(config.ready)
        log.info("world %s is ready at %s", config.world, serving.url)
        while not stopping.wait(_LOOK_EVERY_S):
            if watched.idle() > config.idle:
                log.info("world %s ends: nobody has asked for %s", config.world, config.idle)
                return
        log.info("world %s ends: it was told to", config.world)


def serve_here(
    *,
    estate: Estate | None,
    scenario: Scenario | None,
    port: int,
    speed: str,
    start: datetime,
    announce: Callable[[str], None],
) -> None:
    """Serve a simulated AWS from this process until it is told to stop, or interrupted; it is `start` in it.

    `announce` is told its address once it answers. With `speed` `instant` its time stands still until somebody
    moves it; else that many seconds of it pass in each second of the wall. OSError where the port is taken.
    """
    from drctl.sim.passing_time import PassingTime
    from drctl.sim.server import serve
    from drctl.sim.world import prepare

    stopping = threading.Event()
    onset = start - (scenario.declared_after if scenario is not None else timedelta(0))
    with without_collection():
        app = prepare(estate, scenario, onset)
    _give_control(app, onset, uuid.uuid4().hex, stopping, speed)
    passing = contextlib.nullcontext() if speed == "instant" else PassingTime(app, float(speed))
    with serve(app, port) as serving, passing:
        announce(serving.url)
        stopping.wait()


def _give_control(
    app: SimulatedAws, onset: datetime, world: str, stopping: threading.Event, speed: str = "instant"
) -> None:
    from drctl.sim.control import Control, Identity

    app.control = Control(app, Identity(world, onset, os.getpid(), speed), stopping)


@contextlib.contextmanager
def without_collection() -> Iterator[None]:
    """What is imported and planted stays; to collect it again and again took a third of the time."""
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()


def main(argv: Sequence[str] | None = None) -> int:
    """Run the process; 0 when it ended as it should. What goes wrong is in the log, which is its stderr."""
    parser = argparse.ArgumentParser(prog="drctl.sim.process", description="a simulated AWS")
    parser.add_argument("--config", type=Path, required=True, help="the JSON file that says which world")
    file: Path = parser.parse_args(argv).config
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    stopping = threading.Event()
    for told in (signal.SIGTERM, signal.SIGINT):
        signal.signal(told, lambda *_: stopping.set())
    try:
        run(ProcessConfig.read(file), stopping)
    except DrctlError as refused:
        log.error("%s", "\n".join((refused.what, *refused.context)))  # noqa: TRY400 (an operator's mistake, no bug)
        return refused.exit_code
    except Exception:
        log.exception("the simulated AWS could not go on")
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
