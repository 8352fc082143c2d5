"""The main job: the packaged region-failover drill, as a new user runs it."""

from __future__ import annotations

import json
import re
from collections import Counter
from typing import Any

import jsonschema
import pytest

from drctl.bootstrap import document_schema
from drctl.sim.control_client import Simulation
from tests.drills.commands import Drctl

DRILL = ("drill", "--runbook", "region-failover")


def changes(simulation: Simulation) -> Counter[tuple[str, str, str]]:
    """How often each mutating call changed something, by service, operation and Region, told or not."""
    return Counter(
        (call["service"], call["operation"], call["region"])
        for call in simulation.calls()
        if call["outcome"] in ("ok", "lost")
    )


def state_of(simulation: Simulation) -> str:
    """The resources that are there; of their names, not the minute in which the history of this world was lived."""
    return re.sub(
        r"-20\d{10}|-20\d\d(-\d\d){4,5}(-\d+)?", "-<minute>", json.dumps(simulation.state(), sort_keys=True, indent=1)
    )


def step_of(document: Any, id: str) -> Any:
    return next(step for step in document["steps"] if step["id"] == id)


def test_the_default_drill_passes_and_shows_its_numbers(drctl: Drctl) -> None:
    said = drctl(*DRILL)
    assert "PASSED" in said.out
    assert "SIMULATED" in said.out
    assert re.search(r"RTO\s+\d+m", said.out)
    assert re.search(r"RPO\s+40m", said.out)
    assert "drctl report" in said.out, "the next command to type"


def test_the_run_document_validates_and_its_numbers_add_up(drctl: Drctl) -> None:
    document = drctl(*DRILL, "--output", "json").document
    jsonschema.validate(document, dict(document_schema()))
    assert document["simulated"] is True
    assert document["verdict"] == "PASSED"
    assert document["rto"]["met"] is True
    assert document["rpo"]["met"] is True
    assert 600 < document["rto"]["actual_s"] < 4 * 3600
    assert document["rpo"]["actual_s"] == max(
        store["loss_s"] for store in document["rpo"]["stores"] if store["loss_s"] is not None
    )
    assert {"postgres", "redis", "storage"} <= {store["store"] for store in document["rpo"]["stores"]}
    assert document["findings"] == [], "nothing needed the lost Region"


def test_the_same_document_can_be_read_again_later(drctl: Drctl) -> None:
    at_its_end = drctl(*DRILL, "--output", "json").document
    assert drctl("report", "latest", "--format", "json").document == at_its_end
    (row,) = drctl("runs", "--output", "json").document["runs"]
    assert (row["run"], row["verdict"], row["state"]) == (at_its_end["run"], "PASSED", "finished")


def test_resuming_a_finished_run_changes_nothing(drctl: Drctl) -> None:
    first = drctl(*DRILL, "--keep", "--output", "json").document
    simulation = drctl.simulation()
    before, state = simulation.calls(), simulation.state()
    again = drctl("resume", first["run"], "--output", "json").document
    assert again == first
    assert simulation.calls() == before
    assert simulation.state() == state


def test_stale_backups_fail_on_rpo_and_say_why(drctl: Drctl) -> None:
    said = drctl(*DRILL, "--scenario", "stale-backups", "--output", "json", code=1)
    assert said.document["verdict"] == "FAILED"
    assert said.document["rpo"]["met"] is False
    assert said.document["rto"]["met"] is True
    assert any(reason.startswith("RPO missed: postgres lost the last 3h") for reason in said.document["reasons"])


def test_a_slow_restore_fails_on_rto_and_says_why(drctl: Drctl) -> None:
    said = drctl(*DRILL, "--scenario", "slow-restore", "--output", "json", code=1)
    assert said.document["verdict"] == "FAILED"
    assert said.document["rto"]["met"] is False
    assert said.document["rpo"]["met"] is True
    assert any(reason.startswith("RTO missed: the recovery took 4h") for reason in said.document["reasons"])


@pytest.mark.parametrize(("scenario", "told"), [("bad-image", "image"), ("missing-secret", "secret")])
def test_a_broken_release_or_a_forgotten_secret_makes_the_drill_red_by_itself(
    drctl: Drctl, scenario: str, told: str
) -> None:
    document = drctl(*DRILL, "--scenario", scenario, "--output", "json", code=1).document
    assert document["verdict"] == "FAILED"
    failed = [step for step in document["steps"] if step["id"].startswith("deploy-api")]
    assert told in str(failed).lower()
    switched = step_of(document, "switch-dns")
    assert switched["state"] == "pending", "traffic is not switched to what does not serve"


def test_a_failed_drill_that_nobody_watches_takes_back_what_it_made(drctl: Drctl) -> None:
    drctl(*DRILL, "--scenario", "bad-image", "--keep", code=1)
    state = str(drctl.simulation().state())
    assert "amply-prod-dr" not in state or "deleting" not in state
    document = drctl("report", "latest", "--format", "json").document
    assert step_of(document, "restore-db")["state"] == "undone"


def test_throttling_and_a_lost_answer_change_nothing_of_the_outcome(drctl: Drctl) -> None:
    faults = (
        "--fault",
        "rds:RestoreDBInstanceFromDBSnapshot:answer-lost",
        "--fault",
        "route53:ChangeResourceRecordSets:throttle:3",
        "--fault",
        "ecs:UpdateService:reset",
    )
    document = drctl(*DRILL, *faults, "--keep", "--output", "json").document
    assert document["verdict"] == "PASSED"
    assert changes(drctl.simulation())["rds", "RestoreDBInstanceFromDBSnapshot", "eu-west-1"] == 1


def test_where_the_output_is_no_terminal_it_is_plain_lines(drctl: Drctl) -> None:
    said = drctl(*DRILL)
    assert "\x1b" not in said.out + said.err
    assert any("restore-db" in line and "started" in line for line in said.err.splitlines())
