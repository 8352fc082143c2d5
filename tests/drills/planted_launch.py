"""A world of its own for each drill, forked from one that is planted already: see `tests.drills.planted_worlds`.

`python -m tests.drills.planted_launch PIPE WORDS...` is `drctl WORDS...`, in a process of its own, whose world comes
from the planting process that reads PIPE.
"""

from __future__ import annotations

import sys
import threading
import time
import uuid
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from drctl.sim.control_client import Simulation, attach
from drctl.sim.process_config import IDLE, ProcessConfig, Ready

_PATIENCE_S = 300


def launched(
    ask: Callable[[str], object],
    folder: Path,
    estate_json: str | None,
    scenario_json: str | None,
    *,
    onset: datetime,
    world: str | None = None,
) -> Simulation:
    """As `drctl.sim.launch.launch`; `ask` takes the line that the planting process reads."""
    folder.mkdir(parents=True, exist_ok=True)
    file, ready = folder / "simulation.json", folder / "simulation.ready.json"
    name = world or uuid.uuid4().hex
    ProcessConfig(world=name, onset=onset, ready=ready, estate=estate_json, scenario=scenario_json, idle=IDLE).write(
        file
    )
    ask(f"{file.absolute()}\n")
    began, pause = time.monotonic(), threading.Event()
    while (told := Ready.read(ready)) is None:
        assert time.monotonic() - began < _PATIENCE_S, "the world did not come up; its words are on stderr"
        pause.wait(0.01)
    return attach(told.url, told.world)


def main() -> None:
    """Run drctl with the words that follow the pipe."""
    from drctl.cli import main as drctl
    from drctl.sim import launch

    pipe = Path(sys.argv.pop(1))

    def ask(line: str) -> None:
        # So short a line is written whole, whoever else writes (pipe(7), PIPE_BUF).
        with pipe.open("a", encoding="utf-8") as asked:
            asked.write(line)

    def forked(folder: Path, estate: str | None, scenario: str | None, *, onset: datetime) -> Simulation:
        return launched(ask, folder, estate, scenario, onset=onset)

    launch.launch = forked  # type: ignore[assignment]
    drctl()


if __name__ == "__main__":
    main()
