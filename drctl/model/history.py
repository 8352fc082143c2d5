"""What past runs tell of how long each step takes.

Only attempts that succeeded count, and only what can be compared: the same runbook, step and action; simulated runs
never beside real ones; and an approval that a policy gave never beside one that a person gave.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from drctl.model.events import Approve, HistoryRead, RunStarted
from drctl.model.plan import Plan, PlannedStep
from drctl.model.run import Run, StepRun, StepState
from drctl.model.step_times import StepTimes, guessed, measured

APPROVAL = "approval"
"""The action that asks people."""

NEWEST = 20
"""How many attempts of a step count, the newest: an estate changes, and old times with it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparable:
    """The runs that a run can be compared with."""

    runbook: str
    simulated: bool
    environment: str
    approve: Approve

    @classmethod
    def to(cls, started: RunStarted) -> Comparable:
        """The runs that the one which began so can be compared with."""
        return cls(
            runbook=started.runbook,
            simulated=started.simulated,
            environment=started.environment,
            approve=started.approve,
        )

    def takes(self, started: RunStarted) -> bool:
        """Whether the run that began so is one of them; drills and recoveries are compared with each other."""
        return (started.runbook, started.simulated) == (self.runbook, self.simulated)


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """A step that succeeded, and how long the attempt took that did."""

    step: str
    uses: str
    environment: str
    ended_at: datetime
    took: timedelta
    by_policy: bool
    """Whether it asked people, and a policy has answered in their place."""
    asked: bool


def attempts_in(run: Run, plan: Plan) -> tuple[Attempt, ...]:
    """The attempts of `run` that tell how long a step of `plan` takes, in the plan's order."""
    if run.started is None:
        return ()
    found = []
    for planned in plan.steps:
        step = run.step(planned.id)
        if (took := _took(step)) is not None and step.ended_at is not None:
            found.append(
                Attempt(
                    step=planned.id,
                    uses=planned.uses,
                    environment=run.started.environment,
                    ended_at=step.ended_at,
                    took=took,
                    by_policy=any(answer.via == "policy" for answer in step.answers),
                    asked=step.asked is not None,
                )
            )
    return tuple(found)


def _took(step: StepRun) -> timedelta | None:
    began = step.epoch_at or step.started_at
    if step.state is not StepState.SUCCEEDED or began is None or step.ended_at is None:
        return None
    # An attempt that only found what an earlier one had begun says nothing of how long that takes.
    if any(change.epoch != step.epoch and not change.undoing for change in step.changes):
        return None
    return step.ended_at - began


def times_of(plan: Plan, attempts: Iterable[Attempt], like: Comparable) -> tuple[StepTimes, ...]:
    """The times of each step of `plan` that `attempts` tell of, for a run that is `like` these.

    Those of the run's own environment count; where there is none there, those of the environment with the newest one.
    """
    by_step: dict[tuple[str, str], list[Attempt]] = {}
    for attempt in attempts:
        if not attempt.asked or attempt.by_policy is (like.approve is Approve.AUTO):
            by_step.setdefault((attempt.step, attempt.uses), []).append(attempt)
    found = []
    for planned in plan.steps:
        known = sorted(by_step.get((planned.id, planned.uses), ()), key=lambda one: one.ended_at, reverse=True)
        if known:
            where = like.environment if any(one.environment == like.environment for one in known) else None
            where = where or known[0].environment
            newest = [one.took for one in known if one.environment == where][:NEWEST]
            found.append(measured(planned.id, planned.uses, newest, where))
    return tuple(found)


def expected_of(plan: Plan, read: HistoryRead | None, *, by_policy: bool = False) -> dict[str, StepTimes]:
    """The times of every step of `plan`: from what was read as the run began, or else guessed.

    A step that does something else since an amendment is a guess again. Where a policy approves (`by_policy`), an
    approval is expected to take no time.
    """
    known = {(one.step, one.uses): one for one in read.times} if read is not None else {}
    return {step.id: known.get((step.id, step.uses)) or _guessed(step, by_policy=by_policy) for step in plan.steps}


def _guessed(step: PlannedStep, *, by_policy: bool) -> StepTimes:
    times = guessed(step)
    if by_policy and step.uses == APPROVAL:
        return replace(times, p50=timedelta(0), p90=timedelta(0))
    return times


def counted_of(times: Sequence[StepTimes]) -> tuple[int, int]:
    """How many of `times` were measured, and how many are guesses."""
    guesses = sum(one.guess for one in times)
    return len(times) - guesses, guesses
