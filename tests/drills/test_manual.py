"""A run that waits for a person can be gone on with by hand, and being told how changes nothing."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from drctl.testing.simulated import client_of
from tests.drills.commands import Drctl
from tests.drills.conftest import end_simulations
from tests.fakes.aws_command_line import parsed


@pytest.fixture(scope="module")
def held(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Drctl]:
    """A failover that is held, because nobody is there to approve."""
    folder = tmp_path_factory.mktemp("held")
    drctl = Drctl(state=folder / "state", folder=folder)
    drctl("drill", "--runbook", "region-failover", "--approve", "ask", "--keep", code=3)
    yield drctl
    end_simulations(folder / "state")


def journal_of(drctl: Drctl) -> Path:
    (journal,) = drctl.state.glob("runs/*/journal.sqlite")
    return journal


def step(document: Any, id: str) -> Any:
    (found,) = [one for one in document["steps"] if one["step"] == id]
    return found


@pytest.mark.thorough
def test_the_hand_over_sheet_has_every_step_that_is_not_over_and_changes_nothing(held: Drctl) -> None:
    simulation = held.simulation()
    before = journal_of(held).read_bytes(), simulation.state(), simulation.calls(), simulation.clock()

    document = held("manual", "latest", "--output", "json").document

    assert [one["step"] for one in document["steps"]] == [
        "approve-traffic",
        "switch-dns",
        "check-dns",
        "deploy-workers",
        "check-api",
        "unfreeze-deploys",
    ]
    assert (journal_of(held).read_bytes(), simulation.state(), simulation.calls(), simulation.clock()) == before


def test_a_decision_stays_with_a_person(held: Drctl) -> None:
    sheet = step(held("manual", "latest", "approve-traffic", "--output", "json").document, "approve-traffic")
    assert sheet["stance"] == "person"
    assert "incident-commander" in sheet["says"]
    assert sheet["hint"].startswith("drctl approve dr-sim-")
    assert sheet["commands"] == []


@pytest.mark.thorough
def test_the_page_can_be_pasted_into_a_shell(held: Drctl) -> None:
    """Every line is a comment or the part of a command, and what is to be typed goes to the simulated AWS."""
    page = held("manual", "latest").out
    joined = page.replace(" \\\n", " ")
    programs = {shlex.split(line)[0] for line in joined.splitlines() if line and not line.startswith("#")}
    assert programs <= {"aws", "curl", "export", "drctl"}
    assert page.startswith("# SIMULATED ")
    assert "# as arn:aws:iam::444444444444:role/drctl-recovery" in page
    for line in joined.splitlines():
        if line.startswith("aws "):
            assert parsed(line)[3]["endpoint-url"] == held.simulation().url


@pytest.mark.thorough
def test_what_is_typed_is_what_the_step_would_have_done(held: Drctl) -> None:
    """A step that was done by hand has nothing left to do."""
    (line,) = step(held("manual", "latest", "unfreeze-deploys", "--output", "json").document, "unfreeze-deploys")[
        "commands"
    ]
    service, operation, params, given = parsed(line)
    assert (service, operation) == ("ssm", "PutParameter")
    client_of(given["endpoint-url"], service, given["region"]).put_parameter(**params)

    after = step(held("manual", "latest", "unfreeze-deploys", "--output", "json").document, "unfreeze-deploys")
    assert after["stance"] == "done"
    assert after["commands"] == []
    assert after["looks"]


@pytest.mark.thorough
def test_what_was_done_can_be_taken_back_by_hand(held: Drctl) -> None:
    document = held("manual", "latest", "--undo", "--output", "json").document
    assert document["undo"] is True
    changed = [one["step"] for one in document["steps"]]
    assert changed
    assert [one for one in document["steps"] if one["commands"]]


def test_a_step_that_is_not_there_is_refused_with_the_one_that_was_meant(held: Drctl) -> None:
    said = held("manual", "latest", "switch-dsn", code=2)
    assert "did you mean 'switch-dns'?" in said.err


@pytest.mark.thorough
def test_a_run_that_failed_early_and_then_lost_its_world_still_says_what_to_go_by(tmp_path: Path) -> None:
    drctl = Drctl(state=tmp_path / "state", folder=tmp_path)
    fault = ("--fault", "rds:RestoreDBInstanceFromDBSnapshot:denied")
    try:
        drctl("drill", "--runbook", "region-failover", "--approve", "ask", "--keep", *fault, code=3)

        document = drctl("manual", "latest", "--output", "json").document
        (line,) = step(document, "restore-db")["commands"]
        assert line.startswith("aws rds restore-db-instance-from-db-snapshot")
        deploy = step(document, "deploy-api")
        assert deploy["stance"] == "unknown"
        assert "not recorded yet: steps.restore-db." in deploy["says"]
        assert [one for one in deploy["possible_commands"] if one.startswith("aws ecs update-service")]
        assert [one for one in deploy["looks"] if one.startswith("aws ecs describe-services")]

        drctl.simulation().stop()
        document = drctl("manual", "latest", "--output", "json").document
        restore = step(document, "restore-db")
        assert "has ended" in restore["says"]
        assert [note for note in restore["notes"] if "the last change in the journal" in note]
        assert [one.split()[:3] for one in restore["possible_commands"]] == [
            ["aws", "rds", "restore-db-instance-from-db-snapshot"]
        ]
        assert restore["looks"][0].startswith("aws rds describe-db-instances")
        page = drctl("manual", "latest").out
        assert [one for one in page.splitlines() if one and not one.startswith(("#", "drctl ", "export ", " "))] == []
    finally:
        end_simulations(tmp_path / "state")
