"""The built wheel does the drill by itself: its runbooks travel with it."""

from __future__ import annotations

import subprocess
import sys
import sysconfig
import venv
from pathlib import Path

import pytest

from tests.drills.commands import Drctl
from tests.drills.conftest import end_simulations

ROOT = Path(__file__).parents[2]


@pytest.fixture
def installed(tmp_path: Path) -> Drctl:
    """A drctl from a wheel, in an empty environment that has its dependencies and no checkout, in an empty folder."""
    command = [
        sys.executable,
        "-m",
        "pip",
        "wheel",
        "-q",
        "--no-deps",
        "--no-build-isolation",
        "-w",
        str(tmp_path),
        str(ROOT),
    ]
    subprocess.run(command, check=True, capture_output=True)
    (wheel,) = tmp_path.glob("drctl-*.whl")
    environment = tmp_path / "environment"
    venv.create(environment)
    python = environment / "bin" / "python"
    subprocess.run(
        [sys.executable, "-m", "pip", "--python", python, "install", "-q", "--no-deps", "--no-index", wheel],
        check=True,
        capture_output=True,
    )
    # The dependencies as they are pinned here; a later entry on the path, so that drctl itself is the wheel's.
    site = environment / "lib" / f"python{sys.version_info[0]}.{sys.version_info[1]}" / "site-packages"
    (site / "dependencies.pth").write_text(sysconfig.get_path("purelib"))
    folder = tmp_path / "empty"
    folder.mkdir()
    return Drctl(state=tmp_path / "state", folder=folder, python=str(python))


def test_the_wheel_does_the_same_drill_from_an_empty_folder(installed: Drctl) -> None:
    said = installed("drill", "--runbook", "region-failover", "--output", "json", checkout=False)
    assert said.document["verdict"] == "PASSED"
    where = subprocess.run(
        [installed.python, "-c", "import drctl; print(drctl.__file__)"],
        capture_output=True,
        text=True,
        check=True,
        cwd=installed.folder,
    )
    assert str(installed.folder.parent) in where.stdout, "it was the wheel's drctl that ran"
    end_simulations(installed.state)
