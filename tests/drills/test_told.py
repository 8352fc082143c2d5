"""A whole drill that tells people, switches pipelines off and asks a function: with the hosts of Amply's estate."""

from __future__ import annotations

from typing import Any

import pytest

from drctl.model.estate_services import Secret
from tests.drills.commands import Drctl
from tests.drills.conftest import end_simulations
from tests.drills.rehearsing import running_worlds
from tests.drills.test_region_failover import step_of

RUNBOOK = """\
runbook: tell-everybody
title: Tell everybody
version: 1
objectives: { rto: 4h, rpo: 1h }
scenario: region-down
steps:
  - id: freeze
    uses: ci.freeze
    with:
      state: frozen
      repository: amply/platform
      workflows: [deploy.yml, terraform.yml]
      token_secret: amply/prod/github-token
      region: eu-west-1
  - id: page
    uses: notify.pagerduty
    with: { summary: eu-central-1 is lost, key_secret: amply/prod/pagerduty-key, region: eu-west-1 }
  - id: smoke
    uses: lambda.invoke
    with: { region: eu-west-1, function: amply-smoke-test, idempotent: true, changes_nothing: true }
  - id: channel
    uses: notify.webhook
    needs: [smoke]
    with:
      text: "smoke test: ${{ steps.smoke.request_id }}"
      url_secret: amply/prod/slack-webhook
      region: eu-west-1
  - id: topic
    uses: notify.sns
    with: { region: eu-west-1, topic: amply-prod-alarms, subject: Recovery, message: It has begun }
  - id: mail
    uses: notify.email
    with:
      region: eu-west-1
      sender: recovery@amply.example
      to: [on-call@amply.example]
      subject: Recovery
      text: It has begun
  - id: no-such-topic
    uses: notify.sns
    with: { region: eu-west-1, topic: nobody, message: It has begun }
  - id: lost-topic
    uses: notify.sns
    with: { region: eu-central-1, topic: amply-prod-alarms, message: It has begun }
"""
TOLD = ("page", "channel", "topic", "mail")
NOT_TOLD = ("no-such-topic", "lost-topic")


@pytest.fixture(scope="module")
def drilled(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """The drill, run once, with its simulated AWS."""
    folder = tmp_path_factory.mktemp("told")
    drctl = Drctl(state=folder / "state", folder=folder, pipe=running_worlds().pipe)
    (folder / "tell.yaml").write_text(RUNBOOK)
    drctl("drill", "--runbook", "./tell.yaml", "--keep", code=None)
    yield drctl
    end_simulations(folder / "state")


def document_of(drctl: Drctl) -> Any:
    return drctl("report", "latest", "--format", "json", code=None).document


def test_every_step_succeeds_whoever_could_be_told(drilled: Drctl) -> None:
    document = document_of(drilled)
    assert {step["id"]: step["state"] for step in document["steps"]} == dict.fromkeys(
        ("freeze", "smoke", *TOLD, *NOT_TOLD), "succeeded"
    )
    for told, steps in ((True, TOLD), (False, NOT_TOLD)):
        for id in steps:
            assert step_of(document, id)["evidence"]["outputs"] == {"delivered": told}, id


def test_what_could_not_be_told_is_a_finding(drilled: Drctl) -> None:
    found = [finding for finding in document_of(drilled)["findings"] if finding["kind"] == "not-told"]
    assert sorted(finding["step"] for finding in found) == sorted(NOT_TOLD)
    assert all("was not told" in finding["what"] and finding["severity"] == "info" for finding in found)


@pytest.mark.thorough
def test_who_was_told_has_it(drilled: Drctl) -> None:
    overlays = drilled.simulation().state()["overlays"]
    web = overlays["web"]
    request = step_of(document_of(drilled), "smoke")["evidence"]["outputs"]["request_id"]
    assert web["hooks.slack.example"] == [{"text": f"smoke test: {request}"}]
    (incident,) = web["events.pagerduty.com"].values()
    assert (incident["status"], incident["summary"]) == ("triggered", "eu-central-1 is lost")
    workflows = web["api.github.com"]["amply/platform"]["workflows"]
    assert workflows == {"deploy.yml": "disabled_manually", "terraform.yml": "disabled_manually"}
    assert len(overlays["lambda"]) == 1


def test_no_secret_is_in_anything_that_a_run_leaves_behind(drilled: Drctl) -> None:
    """Journal and logs, as bytes on the disk; only the estate itself, which the simulation was given, has them."""
    files = [path for path in drilled.state.rglob("*") if path.is_file() and path.name != "simulation.json"]
    left = b"".join(path.read_bytes() for path in files)
    assert b"amply/prod/slack-webhook" in left
    for secret in ("T0AMPLY", *map(Secret().value_as, ("amply/prod/pagerduty-key", "amply/prod/github-token"))):
        assert secret.encode() not in left, secret
