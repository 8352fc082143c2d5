"""Virtual time that runs by itself, for a simulated AWS that nobody drives."""

from __future__ import annotations

import threading
import time
from datetime import timedelta
from types import TracebackType

from drctl.sim.app import SimulatedAws

_EVERY_S = 0.2


class PassingTime:
    """While it is entered, `speed` seconds of the world pass in each second of the wall."""

    def __init__(self, app: SimulatedAws, speed: float) -> None:
        self._app, self._speed = app, speed
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._pass, name="virtual-time", daemon=True)

    def __enter__(self) -> PassingTime:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._ended.set()
        self._thread.join()

    def _pass(self) -> None:
        world, wall = self._app.world, time.monotonic()
        while not self._ended.wait(_EVERY_S):
            passed, wall = time.monotonic() - wall, time.monotonic()
            with self._app.lock:
                world.clock.advance_to(world.now() + timedelta(seconds=passed * self._speed))
