"""ci.freeze"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime

from drctl.actions.ci.github_workflows import Trouble
from drctl.model.estate_web import GithubRepository
from drctl.model.past import ChangeState, Past, PastChange
from drctl.model.values import Json
from drctl.sim.web.github import PlayedGithub
from drctl.sim.web.played_web import PlayedWeb
from tests.actions.cases.notify import plant_secret
from tests.actions.laws import PAST, Case, Live, Sight, Sightings
from tests.simulated import RECOVERY, Simulated

TOKEN = "made-up-token"
REPOSITORY = "amply/platform"
PARAMS: Mapping[str, Json] = {
    "state": "frozen",
    "repository": REPOSITORY,
    "workflows": ["deploy.yml", "terraform.yml"],
    "token_secret": "amply/prod/github-token",
    "region": RECOVERY,
}
BY_VARIABLE: Mapping[str, Json] = {
    "state": "frozen",
    "repository": REPOSITORY,
    "variable": "DEPLOY_FREEZE",
    "token_secret": "amply/prod/github-token",
    "region": RECOVERY,
}
ANYBODY = "a workflow belongs to nobody's run; only what this step switched is switched back"


def seen(deploy: str | Trouble, terraform: str | Trouble = "active", past: Past = PAST) -> Sight:
    return Sight({"deploy.yml": deploy, "terraform.yml": terraform}, past)


def switched(*names: str, **facts: Json) -> Past:
    changes = (
        PastChange(
            name=name,
            summary="switch it",
            state=ChangeState.RETURNED,
            intended_at=datetime(2026, 11, 23, 4, tzinfo=UTC),
            facts=facts,
        )
        for name in names
    )
    return replace(PAST, changes=tuple(changes))


def set_before(**facts: Json) -> Past:
    """This step has set the variable, which was `maybe` before."""
    past = switched("set-variable", **facts)
    return replace(past, changes=tuple(replace(one, undo={"value": "maybe"}) for one in past.changes))


def plant(simulated: Simulated) -> None:
    """Two workflows that deploy are on, one has been off for long."""
    plant_secret(simulated, "amply/prod/github-token", TOKEN)
    repositories = {
        REPOSITORY: GithubRepository(
            workflows=("deploy.yml", "old.yml", "terraform.yml"), variables={"DEPLOY_FREEZE": "false"}
        )
    }
    played = PlayedGithub(repositories, frozenset({TOKEN}))
    played.repositories[REPOSITORY].workflows["old.yml"] = "disabled_inactivity"
    simulated.world.part(PlayedWeb).hosts["api.github.com"] = played


def states(simulated: Simulated) -> object:
    return simulated.world.part(PlayedWeb).state()


FROZE = "disable:deploy.yml"
CASES = (
    Case(
        kind="ci.freeze",
        params=PARAMS,
        sees=Sightings(
            absent={
                "both are on": seen("active"),
                "the second is on": seen("disabled_manually"),
                "GitHub was in trouble": seen("active", past=switched(FROZE, trouble="it answered 500", lasting=False)),
            },
            settling={"GitHub does not answer": seen(Trouble("no answer in time", lasting=False))},
            there={
                "both are off": seen("disabled_manually", "disabled_manually"),
                "off for other reasons": seen("disabled_inactivity", "disabled_fork"),
            },
            dead_end={
                "not shown": seen(Trouble("it answered 404", lasting=True)),
                "not allowed": seen("active", past=switched(FROZE, trouble="it answered 403", lasting=True)),
                "in trouble for long": seen("active", past=switched(*[FROZE] * 3, trouble="it answered 500")),
                "deleted": seen("deleted"),
            },
            unknown={"a state nobody thought of": seen("dreaming")},
            undo_own={"frozen": seen("disabled_manually", "disabled_manually", switched(FROZE))},
            undo_over={
                "never frozen": seen("disabled_manually", "disabled_manually"),
                "GitHub refused, and others froze it": seen(
                    "disabled_manually", past=switched(FROZE, trouble="it answered 403", lasting=True)
                ),
                "opened by others since": seen("active", "disabled_manually", switched(FROZE)),
            },
        ),
        live=Live(
            plant=plant,
            takes=("disable:deploy.yml", "disable:terraform.yml"),
            undo_takes=("enable:deploy.yml", "enable:terraform.yml"),
            fingerprint=states,
            over_http=True,
        ),
        exempt={"foreign": ANYBODY, "foreign_live": ANYBODY},
    ),
    Case(
        kind="ci.freeze",
        name="open, one that was off",
        params={**PARAMS, "state": "open", "workflows": ["deploy.yml", "old.yml"]},
        live=Live(
            plant=plant,
            takes=("enable:old.yml",),
            undo_takes=("disable:old.yml",),
            over_http=True,
        ),
        exempt={"undo": "one that was off because nothing happened is off by hand afterwards"},
    ),
    Case(
        kind="ci.freeze",
        name="by a variable",
        params=BY_VARIABLE,
        sees=Sightings(
            absent={"open": Sight({"DEPLOY_FREEZE": "false"}), "something else": Sight({"DEPLOY_FREEZE": ""})},
            there={"frozen": Sight({"DEPLOY_FREEZE": "true"})},
            settling={"no answer": Sight({"DEPLOY_FREEZE": Trouble("no connection", lasting=False)})},
            dead_end={
                "no variable": Sight({"DEPLOY_FREEZE": Trouble("it answered 404", lasting=True)}),
                "may not": Sight({"DEPLOY_FREEZE": "false"}, set_before(trouble="it answered 403", lasting=True)),
            },
            undo_own={"set": Sight({"DEPLOY_FREEZE": "true"}, set_before())},
            undo_over={
                "set back": Sight({"DEPLOY_FREEZE": "maybe"}, set_before()),
                "not ours": Sight({"DEPLOY_FREEZE": "true"}),
            },
        ),
        live=Live(
            plant=plant, takes=("set-variable",), undo_takes=("set-variable",), fingerprint=states, over_http=True
        ),
    ),
)
