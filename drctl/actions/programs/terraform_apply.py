"""Have Terraform apply exactly the plan that was approved, and see that nothing is left to do.

To be used for what does not exist yet. It is no way to switch traffic: it needs control planes,
its state, and minutes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from drctl.actions.programs.folders import find_folder
from drctl.actions.programs.keys import program_key
from drctl.actions.programs.standing import unfinished_of
from drctl.actions.programs.terraform_calls import (
    PLAN_FILE,
    SHOWN_FILE,
    START_PROGRAM,
    apply_words,
    plan_words,
    show_words,
    start_call,
)
from drctl.actions.programs.terraform_files import find_shown, plan_digest, require_folder
from drctl.actions.programs.terraform_params import ApplyParams
from drctl.actions.programs.terraform_policy import refuse_destroys, refuse_place
from drctl.actions.programs.terraform_shown import ShownPlan
from drctl.errors import GuardRefused
from drctl.model.decision import Change, Decision, Done, Refuse, Wait
from drctl.model.evidence import Evidence
from drctl.model.past import Past
from drctl.model.values import Json, ValueKind
from drctl.ports.action import ActionSpec, Permission, StepContext
from drctl.ports.programs import Program, ProgramState

SHOW, APPLY, CHECK = "show", "apply", "check"
AGAIN = "retry terraform.plan, look at the new plan, and apply that one"
_STALE = "Saved plan is stale"
_NOT_EMPTY = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    folder: Path | None
    account: str
    sha256: str | None
    """Of the plan that is there; None where there is none."""
    show: Program | None = None
    apply: Program | None = None
    check: Program | None = None
    shown: ShownPlan | None = None


class TerraformApply:
    """Afterwards the plan has been applied, and a second plan has found nothing to change."""

    spec = ActionSpec(
        kind="terraform.apply",
        summary="Have Terraform apply exactly the plan that was approved",
        params=ApplyParams,
        outputs={"added": ValueKind.INTEGER, "changed": ValueKind.INTEGER, "destroyed": ValueKind.INTEGER},
        expect=timedelta(minutes=10),
        deadline=timedelta(hours=2),
        mutating=True,
        poll_least=timedelta(seconds=2),
        poll_most=timedelta(seconds=15),
        example="""\
- id: build-environment
  uses: terraform.apply
  with:
    region: eu-west-1
    folder: environments/eu-west-1
    variables: { mode: active }
    plan: plan-environment-6f1d7e0a0d53-work
    sha256: 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08
""",
    )

    def observe(self, params: ApplyParams, ctx: StepContext) -> Seen:
        return Seen(
            folder=find_folder(ctx, params.folder),
            account=ctx.aws.account_id(),
            sha256=plan_digest(ctx, params.plan),
            show=ctx.programs.find(program_key(ctx, SHOW)),
            apply=ctx.programs.find(program_key(ctx, APPLY)),
            check=ctx.programs.find(program_key(ctx, CHECK)),
            shown=find_shown(ctx, SHOW),
        )

    def decide(self, params: ApplyParams, seen: Seen, past: Past) -> Decision:
        if seen.apply is None and (early := _before(params, seen)) is not None:
            return early
        if seen.apply is not None and (unfinished := _unapplied(params, seen.apply)) is not None:
            return unfinished
        return _after(params, seen)

    def act(self, params: ApplyParams, change: Change, ctx: StepContext) -> Mapping[str, Json]:
        if change.name != CHECK and plan_digest(ctx, params.plan) != params.sha256:
            raise GuardRefused("the plan is not the one that was approved", hint=AGAIN)
        plan = ctx.programs.shared(params.plan) / PLAN_FILE
        words = {SHOW: show_words(plan), APPLY: apply_words(params, plan), CHECK: plan_words(params)}
        answer = SHOWN_FILE if change.name == SHOW else None
        return start_call(params, ctx, change.name, words[change.name], work=params.plan, answer=answer)

    def verify(self, params: ApplyParams, seen: Seen, past: Past, ctx: StepContext) -> Evidence:
        if seen.shown is None or seen.check is None or seen.check.exit_code != 0:
            return Evidence.missing("no second plan has found everything as it should be")
        return Evidence.of(
            f"applied: {seen.shown.summary}; a second plan has no changes",
            outputs={
                "added": len(seen.shown.adds),
                "changed": len(seen.shown.changes),
                "destroyed": len(seen.shown.destroys),
            },
        )

    def decide_undo(self, params: ApplyParams, seen: Seen, past: Past) -> Decision:
        if seen.apply is None or seen.apply.state is ProgramState.UNSTARTABLE:
            return Done("nothing was applied")
        if seen.apply.state is ProgramState.RUNNING:
            # Ended in the middle it would leave its lock behind, and a state that does not know what was made.
            return Wait(f"{params.binary} apply to end")
        hint = f"in {params.folder}: {params.binary} plan -destroy shows what that would take away"
        return Refuse("what was built stays: drctl never destroys an environment", hint)

    def permissions(self, params: ApplyParams, region: str, account: str) -> tuple[Permission, ...]:
        return ()


def _before(params: ApplyParams, seen: Seen) -> Decision | None:
    """What comes before the plan is applied; None where there is nothing in it to apply."""
    if seen.sha256 is None:
        return Refuse(f"there is no plan {params.plan} in this run", AGAIN)
    if seen.sha256 != params.sha256:
        return Refuse("the plan is not the one that was approved: its SHA-256 is another", AGAIN)
    if seen.show is None:
        return _start(SHOW, params, seen)
    if (unfinished := unfinished_of(f"{params.binary} show", seen.show, (0,))) is not None:
        return unfinished
    if seen.shown is None:
        return Refuse("the plan cannot be read", AGAIN)
    refused = refuse_place(seen.shown, seen.account, params.region) or refuse_destroys(
        seen.shown, allowed=params.allow_destroy
    )
    return refused or (None if seen.shown.is_empty else _start(APPLY, params, seen))


def _unapplied(params: ApplyParams, call: Program) -> Decision | None:
    if call.state is ProgramState.ENDED and call.exit_code != 0 and _STALE in call.output:
        return Refuse("the plan is stale: something was changed since it was made", AGAIN)
    if call.state in (ProgramState.LOST, ProgramState.LATE):
        hint = f"{AGAIN}: it goes on from where it ended. A lock that was left is for a person to release"
        return Refuse(f"{params.binary} apply was cut off: {call.detail or 'it took too long'}", hint)
    return unfinished_of(f"{params.binary} apply", call, (0,))


def _after(params: ApplyParams, seen: Seen) -> Decision:
    if seen.check is None:
        return _start(CHECK, params, seen)
    if seen.check.state is ProgramState.ENDED and seen.check.exit_code == _NOT_EMPTY:
        hint = f"{params.binary} plan in {params.folder} shows it; are `variables` and `var_files` those of the plan?"
        return Refuse("a second plan would change things again", hint)
    unfinished = unfinished_of(f"the second {params.binary} plan", seen.check, (0,))
    return unfinished or Done("a second plan has no changes")


def _start(name: str, params: ApplyParams, seen: Seen) -> Decision:
    if isinstance(folder := require_folder(seen.folder, params.folder), Refuse):
        return folder
    told = f": {seen.shown.summary}" if name == APPLY and seen.shown is not None else ""
    called = "plan, a second time," if name == CHECK else name
    return Change(
        name=name,
        summary=f"start {params.binary} {called} in {folder}{told}",
        operation=START_PROGRAM,
        target=str(folder),
        settle=timedelta(0),
    )
