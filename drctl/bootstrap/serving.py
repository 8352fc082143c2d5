"""The simulated AWS by itself, in the foreground."""

from __future__ import annotations

from collections.abc import Callable

from drctl.bootstrap import texts
from drctl.clock import SystemClock
from drctl.errors import Refused


def serve_simulation(estate: str, scenario: str | None, port: int, speed: str, announce: Callable[[str], None]) -> None:
    """Serve a simulated AWS on 127.0.0.1 until it is stopped; `announce` is told its address once it answers.

    Raises InputInvalid and NotFound for what it is to be filled with, and Refused where the port is taken.
    """
    from drctl.sim.process import serve_here

    planted = texts.estate_of(estate)
    struck = texts.scenario_of(scenario, planted) if scenario is not None else None
    now = SystemClock().now()
    try:
        serve_here(estate=planted, scenario=struck, port=port, speed=speed, start=now, announce=announce)
    except OSError as error:
        raise Refused(
            f"port {port} of 127.0.0.1 cannot be used: {error.strerror or error}", hint="leave --port out"
        ) from error
