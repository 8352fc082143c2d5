"""A drill whose input is wrong is refused before anything is started: every problem at its place, exit 2."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.drills.commands import Drctl

TEN_MISTAKES = """\
runbook: ten
title: Ten mistakes
version: 1
objectives: { rto: 4h, rpo: "60" }
inputs:
  region: { type: region, default: ireland }
scenario: region-dwon
steps:
  - id: newest
    uses: rds.find_recovery_piont
    with: { region: eu-west-1, source: amply-prod }
  - id: freeze
    uses: ssm.put_parameter
    wiht: { name: /freeze }
    with: { region: eu-west-1, name: /freeze, value: "on", typ: String }
  - id: pause
    uses: wait
    needs: [pause]
    with: { duration: 20 }
  - id: freeze
    uses: wait
    with: { duration: 1m }
  - id: check
    uses: check.http
    with: { url: "${{ steps.restore.endpoint }}" }
  - id: approve
    uses: approval
    account: prodution
    with: { role: commander, shows: [nowhere] }
"""

PLACES = [
    "4:29  objectives.rpo",
    "6:36  inputs.region.default",
    "7:11  scenario",
    "10:11  steps[0].uses",
    "14:5  steps[1].wiht",
    "15:60  steps[1].with.typ",
    "18:13  steps[2].needs[0]",
    "19:23  steps[2].with.duration",
    "20:9  steps[3].id",
    "25:18  steps[4].with.url",
    "28:14  steps[5].account",
    "29:38  steps[5].with.shows[0]",
]


def test_every_mistake_is_told_at_its_place_and_nothing_is_started(drctl: Drctl) -> None:
    path = drctl.folder / "ten.yaml"
    path.write_text(TEN_MISTAKES)
    said = drctl("drill", "--runbook", "./ten.yaml", code=2)
    assert said.out == ""
    assert "note: nothing was changed" in said.err
    lines = [line.strip() for line in said.err.splitlines() if line.strip().startswith("ten.yaml:")]
    assert [line.removeprefix("ten.yaml:").rsplit("  ", 1)[0] for line in lines] == PLACES
    assert "did you mean 'rds.find_recovery_point'?" in said.err
    assert not (drctl.state / "runs").exists()


def test_the_same_refusal_is_one_json_document(drctl: Drctl) -> None:
    (drctl.folder / "ten.yaml").write_text(TEN_MISTAKES)
    error = drctl("drill", "--runbook", "./ten.yaml", "--output", "json", code=2).document["error"]
    assert (error["name"], error["exit_code"], len(error["context"])) == ("input-invalid", 2, len(PLACES))


def test_an_unknown_runbook_is_refused_with_the_nearest(drctl: Drctl) -> None:
    said = drctl("drill", "--runbook", "region-failovr", code=2)
    assert "region-failover" in said.err
    assert "nothing was changed" in said.err


@pytest.mark.thorough
def test_every_packaged_file_validates(drctl: Drctl) -> None:
    runbooks = Path(__file__).parents[2] / "runbooks"
    said = drctl("validate", str(runbooks))
    assert len(said.out.splitlines()) == len(list(runbooks.rglob("*.yaml")))
