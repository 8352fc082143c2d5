"""How programs stand is told without starting, ending or making anything."""

from __future__ import annotations

from pathlib import Path

import pytest

from drctl.ports.by_hand import Discretion, Notes, ProgramAsked, Secret, StopAsked, Unsent
from drctl.ports.programs import ProgramRequest, ProgramState
from drctl.programs.files import REQUEST
from drctl.programs.local import LocalPrograms
from drctl.programs.surroundings import NoAws
from drctl.programs.unsent import UnsentPrograms


@pytest.fixture
def programs(tmp_path: Path) -> UnsentPrograms:
    notes = Notes()
    return UnsentPrograms(
        LocalPrograms(tmp_path / "programs", NoAws()),
        tmp_path / "programs",
        Discretion(notes, {}, lambda text: False),
    )


def test_a_program_is_not_started_and_its_secrets_are_not_told(programs: UnsentPrograms, tmp_path: Path) -> None:
    request = ProgramRequest(key="k", argv=("migrate", "--all"), folder=tmp_path, secrets={"TOKEN": "hunter2"})
    with pytest.raises(Unsent) as kept:
        programs.start(request)
    assert kept.value.request == ProgramAsked(
        argv=(("migrate",), ("--all",)), folder=str(tmp_path), environment=(("TOKEN", (Secret(),)),)
    )
    assert programs.find("k") is None


def test_no_program_is_ended_and_no_folder_made(programs: UnsentPrograms, tmp_path: Path) -> None:
    with pytest.raises(Unsent) as kept:
        programs.stop("k")
    assert kept.value.request == StopAsked(key="k")
    assert programs.shared("work") == tmp_path / "programs" / "work"
    assert programs.read("work", "plan.bin") is None
    assert list(tmp_path.iterdir()) == []


def test_one_without_an_end_is_left_alone_however_late_it_is(programs: UnsentPrograms, tmp_path: Path) -> None:
    """Looking after programs ends those that are late; looking at them must not."""
    kept = tmp_path / "programs" / "k"
    kept.mkdir(parents=True)
    (kept / REQUEST).write_text("not even to be read")
    found = programs.find("k")
    assert found is not None
    assert found.state is ProgramState.RUNNING
