"""Have Terraform say what it would do, and keep that plan, so that exactly it can be approved and applied."""

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
    init_words,
    plan_words,
    show_words,
    start_call,
)
from drctl.actions.programs.terraform_files import find_shown, plan_digest, require_folder
from drctl.actions.programs.terraform_params import PlanParams
from drctl.actions.programs.terraform_policy import refuse_place
from drctl.actions.programs.terraform_shown import ShownPlan
from drctl.model.decision import Change, Decision, Done, Refuse
from drctl.model.evidence import Evidence
from drctl.model.past import Past
from drctl.model.values import Json, ValueKind
from drctl.ports.action import ActionSpec, Permission, StepContext
from drctl.ports.programs import Program

INIT, PLAN, SHOW = "init", "plan", "show"
_WELL: Mapping[str, tuple[int, ...]] = {INIT: (0,), PLAN: (0, 2), SHOW: (0,)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    folder: Path | None
    account: str
    work: str
    """The name of the run's folder in which the plan is."""
    calls: Mapping[str, Program]
    """The calls that were started, by their names."""
    shown: ShownPlan | None = None
    sha256: str | None = None


class TerraformPlan:
    """Afterwards there is a plan for the step's account and Region alone; nothing but the lock was touched."""

    spec = ActionSpec(
        kind="terraform.plan",
        summary="Have Terraform plan what an environment lacks, and keep the plan to be approved",
        params=PlanParams,
        outputs={
            "plan": ValueKind.STRING,
            "sha256": ValueKind.STRING,
            "adds": ValueKind.INTEGER,
            "changes": ValueKind.INTEGER,
            "destroys": ValueKind.INTEGER,
            "summary": ValueKind.STRING,
        },
        expect=timedelta(minutes=2),
        deadline=timedelta(hours=1),
        poll_least=timedelta(seconds=2),
        poll_most=timedelta(seconds=15),
        example="""\
- id: plan-environment
  uses: terraform.plan
  with:
    region: eu-west-1
    folder: environments/eu-west-1
    variables: { mode: active }
""",
    )

    def observe(self, params: PlanParams, ctx: StepContext) -> Seen:
        found = {name: ctx.programs.find(program_key(ctx, name)) for name in _WELL}
        work = program_key(ctx, "work")
        return Seen(
            folder=find_folder(ctx, params.folder),
            account=ctx.aws.account_id(),
            work=work,
            calls={name: program for name, program in found.items() if program is not None},
            shown=find_shown(ctx, SHOW),
            sha256=plan_digest(ctx, work),
        )

    def decide(self, params: PlanParams, seen: Seen, past: Past) -> Decision:
        for name, well in _WELL.items():
            call = seen.calls.get(name)
            if call is None:
                return _start(name, params, seen)
            if (unfinished := unfinished_of(f"{params.binary} {name}", call, well)) is not None:
                return unfinished
        if seen.shown is None or seen.sha256 is None:
            return Refuse("the plan that was made cannot be read", "retry the step: a plan changes nothing")
        return refuse_place(seen.shown, seen.account, params.region) or Done(seen.shown.summary)

    def act(self, params: PlanParams, change: Change, ctx: StepContext) -> Mapping[str, Json]:
        work = program_key(ctx, "work")
        plan = ctx.programs.shared(work) / PLAN_FILE
        words = {INIT: init_words(params), PLAN: plan_words(params, plan), SHOW: show_words(plan)}
        answer = SHOWN_FILE if change.name == SHOW else None
        return start_call(params, ctx, change.name, words[change.name], work=work, answer=answer)

    def verify(self, params: PlanParams, seen: Seen, past: Past, ctx: StepContext) -> Evidence:
        if seen.shown is None or seen.sha256 is None:
            return Evidence.missing("there is no plan")
        return Evidence.of(
            f"{seen.shown.summary}; the plan's SHA-256 begins with {seen.sha256[:12]}",
            outputs={
                "plan": seen.work,
                "sha256": seen.sha256,
                "adds": len(seen.shown.adds),
                "changes": len(seen.shown.changes),
                "destroys": len(seen.shown.destroys),
                "summary": seen.shown.summary,
            },
        )

    def decide_undo(self, params: PlanParams, seen: Seen, past: Past) -> Decision:
        return Done("a plan changes nothing")

    def permissions(self, params: PlanParams, region: str, account: str) -> tuple[Permission, ...]:
        return ()


def _start(name: str, params: PlanParams, seen: Seen) -> Decision:
    if isinstance(folder := require_folder(seen.folder, params.folder), Refuse):
        return folder
    return Change(
        name=name,
        summary=f"start {params.binary} {name} in {folder}",
        operation=START_PROGRAM,
        target=str(folder),
        settle=timedelta(0),
    )
