"""Runs the scripts of a workflow's steps as GitHub's runner does, with stand-ins for what they call."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[2]
DRILL = ROOT / ".github" / "workflows" / "drill.yml"

needs_jq = pytest.mark.skipif(
    shutil.which("jq") is None and not os.environ.get("DRCTL_TEST_SERVERS"), reason="jq is not installed"
)


def workflow(path: Path = DRILL) -> dict[Any, Any]:
    """The workflow as data. Its key `on` is true here, as YAML 1.1 has it."""
    loaded: dict[Any, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return loaded


def script(job: str, name: str) -> str:
    """The script of the step of that name."""
    (found,) = [step["run"] for step in workflow()["jobs"][job]["steps"] if step.get("name") == name]
    return str(found)


@dataclass
class Runner:
    """A runner's folder, with stand-ins on its path, and what the steps have answered so far."""

    folder: Path
    outputs: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        (self.folder / "bin").mkdir()

    def stand_in(self, program: str, body: str) -> None:
        """A program of that name, which also writes down how it was called."""
        path = self.folder / "bin" / program
        path.write_text(f'#!/usr/bin/env bash\necho "{program} $*" >>"{self.folder}/calls"\n{body}\n')
        path.chmod(0o755)

    @property
    def calls(self) -> list[str]:
        path = self.folder / "calls"
        return path.read_text().splitlines() if path.exists() else []

    @property
    def summary(self) -> str:
        path = self.folder / "summary"
        return path.read_text() if path.exists() else ""

    def run(self, job: str, step: str, **env: str) -> int:
        """Run that step's script; its exit code. What it outputs is in `outputs` afterwards."""
        output = self.folder / "output"
        output.write_text("")
        surroundings: Mapping[str, str] = {
            "PATH": f"{self.folder / 'bin'}:{os.environ['PATH']}",
            "RUNBOOK": "staging-drill",
            "ENVIRONMENT": "staging",
            "MINUTES": "1",
            "DRCTL_STATE_DIR": str(self.folder / "state"),
            "OUT": str(self.folder / "out"),
            "GITHUB_OUTPUT": str(output),
            "GITHUB_STEP_SUMMARY": str(self.folder / "summary"),
            "GITHUB_RUN_ID": "42",
            **env,
        }
        # As the runner calls bash where a workflow does not say which shell.
        command = ["bash", "-e", "-c", script(job, step)]
        done = subprocess.run(command, cwd=self.folder, env=surroundings, check=False, capture_output=True, text=True)
        self.outputs |= dict(line.split("=", 1) for line in output.read_text().splitlines())
        return done.returncode
