"""Starting a simulated AWS in a process of its own, that outlives the one that starts it."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
import uuid
from datetime import datetime, timedelta
from pathlib import Path

import drctl
from drctl.errors import Refused
from drctl.sim.control_client import Simulation
from drctl.sim.process_config import IDLE, ProcessConfig, Ready

_PATIENCE = timedelta(seconds=60)
_LOOK_EVERY_S = 0.02
_LINES_SHOWN = 15


def launch(
    folder: Path,
    estate_json: str | None,
    scenario_json: str | None,
    *,
    onset: datetime,
    world: str | None = None,
    idle: timedelta = IDLE,
    port: int = 0,
    patience: timedelta = _PATIENCE,
) -> Simulation:
    """A simulated AWS that is planted with the estate, struck by the scenario, and listening on loopback.

    Its configuration, its log and the file that says where it listens are in `folder`. It ends after `idle` of wall
    time without a request. Raises Refused, with the end of its log, where it does not come up within `patience`.
    """
    folder.mkdir(parents=True, exist_ok=True)
    file, ready = folder / "simulation.json", folder / "simulation.ready.json"
    # Left over from an earlier world, it would be taken for this one's.
    ready.unlink(missing_ok=True)
    config = ProcessConfig(
        world=world or uuid.uuid4().hex,
        onset=onset,
        ready=ready,
        estate=estate_json,
        scenario=scenario_json,
        idle=idle,
        port=port,
    )
    config.write(file)
    log = folder / "simulation.log"
    pid = _start(file, log)
    try:
        told = _wait(pid, ready, log, patience)
    except KeyboardInterrupt:
        # Nobody would know of it, and it would live on until it has been idle for long enough.
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        raise
    # Whoever starts a process has to take note of its end, or it stays in the process table as a zombie.
    threading.Thread(target=os.waitpid, args=(pid, 0), name="simulated-aws-reaper", daemon=True).start()
    return Simulation(told.url, told.world, told.onset)


def _start(config: Path, log: Path) -> int:
    # Not a Popen: that one warns when it is let go of while its process goes on, which is what is wanted here.
    return os.posix_spawn(
        sys.executable,
        [sys.executable, "-m", "drctl.sim.process", "--config", str(config.absolute())],
        _environment(),
        file_actions=[
            (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
            (os.POSIX_SPAWN_OPEN, 1, str(log.absolute()), os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644),
            (os.POSIX_SPAWN_DUP2, 1, 2),
        ],
        # Its own session: Ctrl-C and the end of the terminal are not for it.
        setsid=True,
    )


def _environment() -> dict[str, str]:
    """The surroundings, without what would make moto or boto3 behave otherwise than on another machine."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "MOTO_", "BOTO_"))}
    here = str(Path(drctl.__file__).resolve().parents[1])
    kept["PYTHONPATH"] = os.pathsep.join(filter(None, (here, kept.get("PYTHONPATH"))))
    return kept


def _wait(pid: int, ready: Path, log: Path, patience: timedelta) -> Ready:
    began, pause = time.monotonic(), threading.Event()
    while (told := Ready.read(ready)) is None:
        ended, status = os.waitpid(pid, os.WNOHANG)
        if ended:
            code = os.waitstatus_to_exitcode(status)
            raise _not_up(f"the simulated AWS ended while it started (exit code {code})", log)
        if time.monotonic() - began > patience.total_seconds():
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)
            raise _not_up(f"the simulated AWS was not ready after {patience.total_seconds():.0f}s", log)
        pause.wait(_LOOK_EVERY_S)
    return told


def _not_up(what: str, log: Path) -> Refused:
    lines = log.read_text(encoding="utf-8", errors="replace").splitlines()[-_LINES_SHOWN:]
    return Refused(what, context=lines, hint=f"the whole log is {log}")
