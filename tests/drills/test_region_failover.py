"""The main job: the packaged region-failover drill, as a new user runs it."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from drctl.bootstrap import document_schema
from drctl.sim.control_client import Simulation
from tests.browser import page_facts
from tests.browser.devtools import chromium
from tests.drills.commands import Drctl, Said
from tests.drills.conftest import end_simulations
from tests.fakes.parsed_html import ParsedHtml

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
    minute = r"-20\d{10}|-20\d\d(-\d\d){4,5}(-\d+)?"
    return re.sub(minute, "-<minute>", json.dumps(simulation.state(), sort_keys=True, indent=1))


def step_of(document: Any, id: str) -> Any:
    return next(step for step in document["steps"] if step["id"] == id)


@pytest.fixture(scope="module")
def drilled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Drctl, Said]]:
    """The default drill, run once with nothing prepared; its simulated AWS is kept."""
    folder = tmp_path_factory.mktemp("drilled")
    drctl = Drctl(state=folder / "state", folder=folder)
    yield drctl, drctl(*DRILL, "--keep")
    end_simulations(folder / "state")


@pytest.fixture(scope="module")
def document(drilled: tuple[Drctl, Said]) -> Any:
    """The run document of the default drill."""
    return drilled[0]("report", "latest", "--format", "json").document


def test_the_default_drill_passes_and_shows_its_numbers(drilled: tuple[Drctl, Said]) -> None:
    said = drilled[1]
    assert "PASSED" in said.out
    assert "SIMULATED" in said.out
    assert re.search(r"RTO\s+\d+m", said.out)
    assert re.search(r"RPO\s+40m", said.out)
    assert "drctl report" in said.out, "the next command to type"


def test_its_html_report_has_the_figures_of_the_document_and_opens_in_silence(
    drilled: tuple[Drctl, Said], document: Any, tmp_path: Path
) -> None:
    drilled[0]("report", "latest", "--format", "html", "--out", str(tmp_path / "drill.html"))
    parsed = ParsedHtml((tmp_path / "drill.html").read_text(encoding="utf-8"))
    assert parsed.wrong == []
    assert parsed.figures_unlike(document) == []
    assert {"rto.actual_s", "rpo.actual_s", "rpo.stores.0.loss_s"} <= {figure.path for figure in parsed.figures}
    with chromium() as browser:
        page = browser.open(tmp_path / "drill.html", width=360)
        assert page.complaints == []
        assert page.asked_for == [(tmp_path / "drill.html").as_uri()]
        assert page.evaluate(page_facts.WIDTH) <= 0
        assert page.evaluate(page_facts.OVERLAPS)["found"] == []


def test_where_the_output_is_no_terminal_it_is_plain_lines(drilled: tuple[Drctl, Said]) -> None:
    said = drilled[1]
    assert "\x1b" not in said.out + said.err
    assert any("restore-db" in line and "started" in line for line in said.err.splitlines())


def test_the_run_document_validates_and_its_numbers_add_up(document: Any) -> None:
    jsonschema.validate(document, dict(document_schema()))
    assert document["simulated"] is True
    assert document["verdict"] == "PASSED"
    assert document["rto"]["met"] is True
    assert document["rpo"]["met"] is True
    assert 600 < document["rto"]["actual_s"] < 4 * 3600
    assert document["rpo"]["actual_s"] == max(
        store["loss_s"] for store in document["rpo"]["stores"] if store["loss_s"] is not None
    )
    stores = {store["store"]: store for store in document["rpo"]["stores"]}
    assert {"postgres", "redis", "storage"} <= stores.keys()
    assert (stores["postgres"]["method"], stores["postgres"]["precision_s"]) == ("beacon row", 60)
    assert stores["postgres"]["says"].startswith("postgres: writes of the last 40m")
    assert document["findings"] == [], "nothing needed the lost Region"


def test_the_run_is_listed(drilled: tuple[Drctl, Said], document: Any) -> None:
    (row,) = drilled[0]("runs", "--output", "json").document["runs"]
    assert (row["run"], row["verdict"], row["state"]) == (document["run"], "PASSED", "finished")


@pytest.mark.thorough
def test_resuming_a_finished_run_changes_nothing(drilled: tuple[Drctl, Said], document: Any) -> None:
    drctl, _ = drilled
    simulation = drctl.simulation()
    before, state = simulation.calls(), simulation.state()
    again = drctl("resume", document["run"], "--keep", "--output", "json").document
    assert again == document
    assert simulation.calls() == before
    assert simulation.state() == state


@pytest.mark.thorough
def test_the_document_is_the_one_answer_of_a_drill_with_json_output(drctl: Drctl) -> None:
    said = drctl(*DRILL, "--scenario", "stale-backups", "--output", "json", code=1)
    assert said.document["rpo"]["met"] is False
    assert said.document["rto"]["met"] is True
    assert said.document == drctl("report", "latest", "--format", "json").document


def test_a_failed_drill_that_nobody_watches_takes_back_what_it_made(drctl: Drctl) -> None:
    failed = drctl(*DRILL, "--scenario", "bad-image", "--keep", "--output", "json", code=1).document
    assert failed["verdict"] == "FAILED"
    assert any("image" in reason or "container" in reason for reason in failed["reasons"])
    assert step_of(failed, "switch-dns")["state"] == "pending", "traffic is not switched to what does not serve"
    assert step_of(failed, "restore-db")["state"] == "undone"
    left = drctl.simulation().state()["rds_instances"]
    assert "111111111111/eu-west-1/amply-prod" not in left
    assert "111111111111/eu-central-1/amply-prod" in left


@pytest.mark.thorough
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
