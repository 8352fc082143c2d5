"""Keep deployments away while the estate is recovered, by switching off the workflows that deploy, and on again.

Or by a variable that the workflows look at themselves.

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
from drctl.actions.ci.variable import TRIES, decide_value, set_changes
from drctl.actions.parameters import CLOSED, HttpsUrl, Region
from drctl.actions.secrets.permissions import opening
from drctl.aws.failures import absent
from drctl.aws.secretsmanager import open_secret
from drctl.model.decision import Change, Decision, Done, Refuse, Wait
from drctl.model.evidence import Evidence
from drctl.model.past import Past
from drctl.model.values import Json, ValueKind
from drctl.ports.action import ActionSpec, Permission, StepContext

API = "https://api.github.com"

Workflow = Annotated[str, Field(pattern=r"^[A-Za-z0-9._-]+$")]
"""The name of its file in .github/workflows, such as deploy.yml, or its number."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Params:
    __pydantic_config__ = CLOSED

    state: Literal["frozen", "open"]
    """Whether the workflows are to be off or on."""
    repository: Annotated[str, Field(pattern=r"^[A-Za-z0-9-]+/[A-Za-z0-9._-]+$")]
    """owner/name"""
    workflows: Annotated[tuple[Workflow, ...], Field(max_length=50)] = ()
    """Those that are switched off, or on; or else `variable`."""
    variable: Annotated[str, Field(pattern=r"^[A-Za-z_][A-Za-z0-9_]{0,254}$")] | None = None
    """A variable of the repository's Actions, which is there, and which the workflows look at before they deploy."""
    frozen_value: str = "true"
    """What the variable is set to for `frozen`."""
    open_value: str = "false"
    """What the variable is set to for `open`."""
    token_secret: str
    """The name of the secret that holds a token of GitHub, with the permission to read and write Actions, or
    Variables."""
    region: Region
    """That of the secret."""
    api_url: HttpsUrl = API
    """Another one for GitHub Enterprise."""

    def __post_init__(self) -> None:
        if bool(self.workflows) == (self.variable is not None):
            raise ValueError("give either `workflows` or `variable`")
        if self.frozen_value == self.open_value:
            raise ValueError("`frozen_value` and `open_value` are the same, so that nothing would be said by either")

    @property
    def names(self) -> tuple[str, ...]:
        """What is looked at."""
        return self.workflows if self.variable is None else (self.variable,)

    @property
    def wanted_value(self) -> str:
        """What the variable has to be."""
        return self.open_value if self.on else self.frozen_value

    @property
    def on(self) -> bool:
        return self.state == "open"


Sight = Mapping[str, str | Trouble]
"""Workflow → its state, or variable → its value; or why that is not known."""


class CiFreeze:
    """Afterwards no workflow of those named can start (`frozen`), or every one can (`open`).

    A workflow that is off for whatever reason counts as frozen, and its undo leaves it off. With `variable`, afterwards
    the variable has its value, and undo gives it the one that it had.
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
            return dict.fromkeys(params.names, _no_token(params))
        if params.variable is not None:
            return {params.variable: github.value_of(params.repository, params.variable)}
        return {workflow: github.state_of(params.repository, workflow) for workflow in params.workflows}

    def decide(self, params: Params, seen: Sight, past: Past) -> Decision:
        if params.variable is not None:
            return _towards_value(params, seen, past, params.variable, params.wanted_value)
        return _towards(params, seen, past, dict.fromkeys(params.workflows, params.on))

    def act(self, params: Params, change: Change, ctx: StepContext) -> Mapping[str, Json]:
        github = _github(params, ctx)
        trouble: Trouble | None
        if github is None:
            trouble = _no_token(params)
        elif params.variable is not None:
            trouble = github.set_value(params.repository, params.variable, change.detail)
        else:
            workflow, on = change.detail
            trouble = github.switch(params.repository, workflow, on=on)
        return {} if trouble is None else {"trouble": trouble.why, "lasting": trouble.lasting}

    def verify(self, params: Params, seen: Sight, past: Past, ctx: StepContext) -> Evidence:
        set_by_us = [params.variable] if params.variable is not None and set_changes(past) else []
        changed: list[Json] = [*_switched(params, past), *set_by_us]
        states = ", ".join(f"{workflow} is {state}" for workflow, state in seen.items())
        return Evidence.of(f"in {params.repository}, {states}", outputs={"changed": changed})

    def decide_undo(self, params: Params, seen: Sight, past: Past) -> Decision:
        if params.variable is not None:
            made = set_changes(past)
            if not made:
                return Done(f"{params.variable} of {params.repository} was not set by this run")
            return _towards_value(params, seen, past, params.variable, str(made[0].undo["value"]))
        changed = _switched(params, past)
        if not changed:
            return Done(f"no workflow of {params.repository} was switched by this run")
        return _towards(params, {name: seen[name] for name in changed}, past, dict.fromkeys(changed, not params.on))

    def permissions(self, params: Params, region: str, account: str) -> tuple[Permission, ...]:
        return opening(params.region, account, params.token_secret, why="read the token of GitHub")


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


def _towards_value(params: Params, seen: Sight, past: Past, variable: str, wanted: str) -> Decision:
    where = f"{variable} of {params.repository}"
    return decide_value(where, seen[variable], wanted, past, params.token_secret)


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
