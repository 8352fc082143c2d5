"""What to type next, by the state of the run: a person in an incident should not have to look it up."""

from __future__ import annotations

from drctl.model.plan import Plan, PlannedStep
from drctl.model.quorum import is_expired, verdict
from drctl.model.run import Run, RunState, StepRun, StepState

ASKS = "approval"
"""The action whose steps wait for a person's answer."""


def next_commands(run: Run, plan: Plan, id: str) -> list[str]:
    """The commands for `run`, the likeliest first."""
    match run.state:
        case RunState.FINISHED if run.verdict is not None and run.verdict.objectives_met:
            return [f"drctl report {id}"]
        case RunState.FINISHED:
            return [f"drctl report {id}", f"drctl logs {id}"]
        case RunState.HELD:
            return [*_decisions(run, plan, id), f"drctl resume {id}", f"drctl logs {id}"]
        case RunState.PAUSED:
            return [f"drctl resume {id}"]
        case RunState.RUNNING | RunState.UNDOING | RunState.ABORTING:
            # Another process may be driving it. If none is, resume goes on; if one is, resume says who.
            return [*_answers(run, plan, id), f"drctl status {id}", f"drctl resume {id}"]


def _decisions(run: Run, plan: Plan, id: str) -> list[str]:
    """What a person may decide, for each thing that waits for it."""
    if run.tripped is not None:
        return [f"drctl resume {id} --ignore-stop {run.tripped.condition} --reason TEXT"]
    return _answers(run, plan, id)


def _answers(run: Run, plan: Plan, id: str) -> list[str]:
    steps = ((planned, run.step(planned.id)) for planned in plan.steps)
    asked = [step for planned, step in steps if _asks(planned, step) and _is_unanswered(step)]
    return [f"drctl {'retry' if _has_expired(step) else 'approve'} {id} {step.id}" for step in asked]


def _asks(planned: PlannedStep, step: StepRun) -> bool:
    return planned.uses == ASKS or step.asked is not None


def _is_unanswered(step: StepRun) -> bool:
    if step.state not in (StepState.HELD, StepState.RUNNING):
        return False
    return step.asked is None or verdict(step.asked, step.answers) is None


def _has_expired(step: StepRun) -> bool:
    return step.asked is not None and step.ended_at is not None and is_expired(step.asked, step.ended_at)
