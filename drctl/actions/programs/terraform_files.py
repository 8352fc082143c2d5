"""What Terraform has left in a run's folders: the plan that was shown, and what tells one plan from another."""

from __future__ import annotations

import hashlib
from pathlib import Path

from drctl.actions.programs.folders import not_found
from drctl.actions.programs.keys import program_key
from drctl.actions.programs.terraform_calls import PLAN_FILE, SHOWN_FILE
from drctl.actions.programs.terraform_shown import ShownPlan, parse_plan
from drctl.model.decision import Refuse
from drctl.ports.action import StepContext


def find_shown(ctx: StepContext, call: str) -> ShownPlan | None:
    """The plan as the step's `call` has shown it; None where it has not yet."""
    told = ctx.programs.read(program_key(ctx, call), SHOWN_FILE)
    return parse_plan(told) if told is not None else None


def plan_digest(ctx: StepContext, work: str) -> str | None:
    """The SHA-256 of the plan in the folder `work`; None where there is none."""
    plan = ctx.programs.read(work, PLAN_FILE)
    return hashlib.sha256(plan).hexdigest() if plan is not None else None


def require_folder(folder: Path | None, named: str) -> Path | Refuse:
    """Where Terraform is to be started, or why it cannot be."""
    if folder is None:
        return Refuse(not_found(named), "give an absolute path, or start the run where the folder is")
    return folder
