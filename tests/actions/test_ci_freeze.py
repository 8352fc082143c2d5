"""ci.freeze: what keeps it from freezing is said, and the token is not."""

from __future__ import annotations

from typing import Any

import pytest

from drctl.actions.catalogue import ActionCatalogue
from drctl.actions.ci.github_workflows import Github, Trouble
from drctl.aws.secretsmanager import OpenedSecret
from drctl.model.decision import Refuse, Wait
from drctl.ports.http import HttpAnswer, HttpRequest
from drctl.sim.web.github import PlayedGithub
from drctl.sim.web.played_web import Failing, PlayedWeb
from tests.actions.cases.ci_freeze import BY_VARIABLE, CASES, PARAMS, TOKEN, plant
from tests.actions.driving import Driver
from tests.simulated import RECOVERY, Simulated


def planted(simulated: Simulated) -> tuple[Driver, PlayedGithub]:
    plant(simulated)
    played = simulated.world.part(PlayedWeb).hosts["api.github.com"]
    assert isinstance(played, PlayedGithub)
    return Driver(CASES[0], simulated), played


def test_a_token_that_may_only_look_is_refused_with_the_permission_it_lacks(simulated: Simulated) -> None:
    driver, played = planted(simulated)
    played.may_write = False
    decision = driver.converge().decision
    assert isinstance(decision, Refuse)
    assert decision.because == "GitHub did not disable deploy.yml of amply/platform: it answered 403"
    assert "`actions: write`" in str(decision.hint)


def test_a_token_of_nobody_is_refused(simulated: Simulated) -> None:
    driver, _ = planted(simulated)
    simulated.client("secretsmanager", RECOVERY).put_secret_value(
        SecretId="amply/prod/github-token", SecretString="another"
    )
    decision, _ = driver.look()
    assert isinstance(decision, Refuse)
    assert "it answered 401" in decision.because


def test_a_workflow_that_is_not_there_is_refused(simulated: Simulated) -> None:
    """A freeze that froze nothing would be believed."""
    driver, played = planted(simulated)
    del played.repositories["amply/platform"].workflows["terraform.yml"]
    decision = driver.converge().decision
    assert isinstance(decision, Refuse)
    assert "terraform.yml" in decision.because


def test_github_in_trouble_is_waited_for(simulated: Simulated) -> None:
    driver, _ = planted(simulated)
    simulated.world.part(PlayedWeb).hosts["api.github.com"] = Failing(503)
    decision, _ = driver.look()
    assert isinstance(decision, Wait)


@pytest.mark.parametrize(
    ("status", "headers", "lasting"),
    [
        (403, {}, True),
        (403, {"Retry-After": "60"}, False),
        (403, {"x-ratelimit-remaining": "0"}, False),
        (404, {}, True),
        (429, {}, False),
        (500, {}, False),
    ],
)
def test_only_what_would_stay_so_is_refused(status: int, headers: dict[str, str], lasting: bool) -> None:
    """GitHub answers 403 for a token that may not, and for one that asked too much."""

    class Answering:
        def fetch(self, request: HttpRequest) -> HttpAnswer:
            return HttpAnswer(status=status, headers=headers)

    github = Github(http=Answering(), url="https://api.github.com", token=OpenedSecret(TOKEN))
    assert github.state_of("o/r", "a.yml") == Trouble(f"it answered {status}", lasting=lasting)


@pytest.mark.parametrize("trouble", ["none", "not allowed", "down"])
def test_the_token_is_in_nothing_that_a_step_leaves(simulated: Simulated, trouble: str) -> None:
    driver, played = planted(simulated)
    played.may_write = trouble != "not allowed"
    if trouble == "down":
        simulated.world.part(PlayedWeb).hosts["api.github.com"] = Failing(500)
        assert TOKEN not in f"{driver.look()} {driver.past}"
        return
    left = driver.converge()
    assert TOKEN not in f"{left} {driver.past} {simulated.calls('web')}"


@pytest.mark.parametrize(
    "given",
    [
        {"state": "closed"},
        {"repository": "platform"},
        {"repository": "a/b/c"},
        {"workflows": []},
        {"workflows": ["../deploy.yml"]},
        {"api_url": "http://api.github.com"},
    ],
)
def test_what_github_has_no_place_for_is_wrong_in_the_runbook(given: dict[str, Any]) -> None:
    assert ActionCatalogue().check("ci.freeze", {**PARAMS, **given}) != ()


@pytest.mark.parametrize(
    "other",
    [{"workflows": ["deploy.yml"]}, {"variable": None}, {"variable": "not-a-name"}, {"frozen_value": "false"}],
)
def test_it_is_told_one_way_to_freeze(other: dict[str, Any]) -> None:
    assert ActionCatalogue().check("ci.freeze", BY_VARIABLE) == ()
    assert ActionCatalogue().check("ci.freeze", {**BY_VARIABLE, **other}) != ()
