"""drctl as a user runs it: a process of its own, over real HTTP, with nothing of ours in its surroundings."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from drctl.sim.control_client import Simulation, attach

KEPT = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "SYSTEMROOT")


@dataclass(frozen=True)
class Said:
    """What a command answered."""

    code: int
    out: str
    err: str

    @property
    def document(self) -> Any:
        """The one JSON document on stdout."""
        return json.loads(self.out)


@dataclass(frozen=True)
class Drctl:
    """The command with a state folder of its own; `python` is an interpreter that has drctl."""

    state: Path
    folder: Path
    python: str = sys.executable
    beside: Path | None = None
    """A folder with what is installed beside drctl."""
    extra: Mapping[str, str] = field(default_factory=dict)
    """More of its surroundings: whom it is signed in as."""
    pipe: Path | None = None
    """Where worlds are forked from one that is planted already; without it, drctl starts one and plants it."""

    def __call__(self, *words: str, code: int | None = 0, timeout: float = 120, checkout: bool = True) -> Said:
        """Run a command to its end; `code` is the exit code it must have, None for whichever.

        Without `checkout` the drctl is the one that the interpreter has installed.
        """
        done = subprocess.run(
            self.command(*words),
            capture_output=True,
            text=True,
            timeout=timeout,
            check=False,
            env=self._surroundings(checkout=checkout),
            cwd=self.folder,
            stdin=subprocess.DEVNULL,
        )
        said = Said(done.returncode, done.stdout, done.stderr)
        assert code is None or said.code == code, f"exit {said.code}\n{said.out}\n{said.err}"
        return said

    def command(self, *words: str) -> list[str]:
        """How it is started."""
        module = ["drctl"] if self.pipe is None else ["tests.drills.planted_launch", str(self.pipe)]
        return [self.python, "-m", *module, *words]

    def wait_for_run(self, timeout: float = 60) -> str:
        """The name of the first run in the state folder, as soon as its journal has been begun."""
        end = time.monotonic() + timeout
        while time.monotonic() < end:
            for path in (self.state / "runs").glob("*/journal.sqlite"):
                return path.parent.name
            time.sleep(0.01)  # noqa: TID251 - waiting for another process, not for a step
        raise AssertionError("no run was begun")

    def simulation(self, run: str = "latest") -> Simulation:
        """The simulated AWS that `run` was started on."""
        events = self("logs", run, "--output", "json").document["events"]
        settings = events[0]["settings"]
        return attach(settings["url"], settings["world"])

    def _surroundings(self, *, checkout: bool) -> dict[str, str]:
        kept = {name: os.environ[name] for name in KEPT if name in os.environ}
        folders = [str(path) for path in (Path(__file__).parents[2] if checkout else None, self.beside) if path]
        path = {"PYTHONPATH": os.pathsep.join(folders)} if folders else {}
        return {**kept, **path, **self.extra, "DRCTL_STATE_DIR": str(self.state)}
