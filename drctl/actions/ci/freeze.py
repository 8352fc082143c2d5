"""Keep deployments away while the estate is recovered, by switching off the workflows that deploy, and on again.

A pipeline that starts in the middle of a recovery would change what is being recovered.
What has started already is not stopped: look at what runs before a freeze is relied on.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated, Literal

from pydantic import Field

from drctl.actions.ci.github_workflows import DISABLED, ENABLED, Github, Trouble
from drctl.actions.parameters import CLOSED, HttpsUrl, Region
from drctl.aws.failures import absent
from drctl.aws.secretsmanager import open_secret, secret_arn
from drctl.model.decision import Change, Decision, Done, Refuse, Wait
from drctl.model.evidence import Evidence
from drctl.model.past import Past
from drctl.model.values import Json, ValueKind
from drctl.ports.action import ActionSpec, Permission, StepContext

API = "https://api.github.com"
TRIES = 3
"""How often a switch may be answered with trouble before the step gives up."""


Workflow = Annotated[str, Field(pattern=r"^[A-Za-z0-9._-]+$")]
"""The name of its file in .github/workflows, such as deploy.yml, or its number."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Params:
    __pydantic_config__ = CLOSED

    state: Literal["frozen", "open"]
    """Whether the workflows are to be off or on."""
    repository: Annotated[str, Field(pattern=r"^[A-Za-z0-9-]+/[A-Za-z0-9._-]+$")]
    """owner/name"""
    workflows: Annotated[tuple[Workflow, ...], Field(min_length=1, max_length=50)]
    token_secret: str
    """The name of the secret that holds a token of GitHub, with the permission to read and write Actions."""
    region: Region
    """That of the secret."""
    api_url: HttpsUrl = API
    """Another one for GitHub Enterprise."""

    @property
    def on(self) -> bool:
        return self.state == "open"


Sight = Mapping[str, str | Trouble]
"""Workflow → its state, or why that is not known."""


class CiFreeze:
    """Afterwards no workflow of those named can start (`frozen`), or every one can (`open`).

    A workflow that is off for whatever reason counts as frozen, and its undo leaves it off.
    """

    spec = ActionSpec(
        kind="ci.freeze",
        summary="Switch the workflows of GitHub Actions that deploy off, or on again",
        params=Params,
        outputs={"changed": ValueKind.LIST},
        expect=timedelta(seconds=10),
        deadline=timedelta(minutes=10),
        operations=("secretsmanager:GetSecretValue",),
        mutating=True,
        example="""\
- id: freeze-deployments
  uses: ci.freeze
  with:
    state: frozen
    repository: amply/platform
    workflows: [deploy.yml, terraform.yml]
    token_secret: amply/prod/github-token
    region: eu-west-1
""",
    )

    def observe(self, params: Params, ctx: StepContext) -> Sight:
        github = _github(params, ctx)
        if github is None:
            return dict.fromkeys(params.workflows, _no_token(params))
        return {workflow: github.state_of(params.repository, workflow) for workflow in params.workflows}

    def decide(self, params: Params, seen: Sight, past: Past) -> Decision:
        return _towards(params, seen, past, dict.fromkeys(params.workflows, params.on))

    def act(self, params: Params, change: Change, ctx: StepContext) -> Mapping[str, Json]:
        workflow, on = change.detail
        github = _github(params, ctx)
        trouble = github.switch(params.repository, workflow, on=on) if github is not None else _no_token(params)
        return {} if trouble is None else {"trouble": trouble.why, "lasting": trouble.lasting}

    def verify(self, params: Params, seen: Sight, past: Past, ctx: StepContext) -> Evidence:
        changed: list[Json] = [*_switched(params, past)]
        states = ", ".join(f"{workflow} is {state}" for workflow, state in seen.items())
        return Evidence.of(f"in {params.repository}, {states}", outputs={"changed": changed})

    def decide_undo(self, params: Params, seen: Sight, past: Past) -> Decision:
        changed = _switched(params, past)
        if not changed:
            return Done(f"no workflow of {params.repository} was switched by this run")
        return _towards(params, {name: seen[name] for name in changed}, past, dict.fromkeys(changed, not params.on))

    def permissions(self, params: Params, region: str, account: str) -> tuple[Permission, ...]:
        arn = secret_arn(params.region, account, params.token_secret)
        return (Permission(("secretsmanager:GetSecretValue",), (arn,), "read the token of GitHub"),)


def _github(params: Params, ctx: StepContext) -> Github | None:
    """GitHub, as the holder of the token sees it; None where there is no token."""
    with absent("ResourceNotFoundException"):
        token = open_secret(ctx.aws.client("secretsmanager", params.region), params.token_secret)
        return Github(http=ctx.probes.http, url=params.api_url, token=token)
    return None


def _no_token(params: Params) -> Trouble:
    return Trouble(f"there is no secret {params.token_secret} in {params.region}", lasting=True)


def _name(workflow: str, *, on: bool) -> str:
    # Each workflow's switch is a change of its own, so that one is not taken for another that was made before.
    return f"{'enable' if on else 'disable'}:{workflow}"


def _switched(params: Params, past: Past) -> list[str]:
    """The workflows that this step switched, or may have: not those where GitHub refused."""
    return [
        workflow
        for workflow in params.workflows
        if any(not change.facts.get("lasting") for change in past.made(_name(workflow, on=params.on)))
    ]


def _towards(params: Params, seen: Sight, past: Past, wanted: Mapping[str, bool]) -> Decision:
    """The next switch on the way to `wanted` (workflow → whether it is on), one at a time."""
    for workflow, on in wanted.items():
        state, where = seen[workflow], f"{workflow} of {params.repository}"
        if isinstance(state, Trouble):
            return _unknown(params, where, state)
        if state != ENABLED and state not in DISABLED:
            return Refuse(f"{where} is {state!r}", "look at it on GitHub, or leave it out of `workflows`")
        if (state == ENABLED) is not on:
            return _switch(params, past, workflow, where, state, on=on)
    return Done(f"{', '.join(wanted)} of {params.repository}: as wanted")


def _unknown(params: Params, where: str, trouble: Trouble) -> Decision:
    if trouble.lasting:
        hint = f"{params.token_secret} needs `actions: write` for {params.repository}, and the workflow has to be there"
        return Refuse(f"GitHub does not show {where}: {trouble.why}", hint)
    return Wait(f"GitHub to show {where}: {trouble.why}")


def _switch(params: Params, past: Past, workflow: str, where: str, state: str, *, on: bool) -> Decision:
    name = _name(workflow, on=on)
    refused = [c for c in past.made(name) if c.epoch == past.epoch and c.facts.get("trouble")]
    if refused and (refused[-1].facts.get("lasting") or len(refused) >= TRIES):
        hint = f"{params.token_secret} needs `actions: write` for {params.repository}"
        way = "enable" if on else "disable"
        return Refuse(f"GitHub did not {way} {where}: {refused[-1].facts['trouble']}", hint)
    return Change(
        name=name,
        summary=f"{'enable' if on else 'disable'} {where}",
        operation=f"github:{'Enable' if on else 'Disable'}Workflow",
        target=f"{params.repository}/{workflow}",
        detail=(workflow, on),
        undo={"state": state},
    )
