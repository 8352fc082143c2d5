"""What a runbook would do in an environment as it is now. Nothing is changed: no call that changes something is sent.

Steps are looked at in the order of the plan. What one that is done already, or that only looks, has found is there for
those behind it, as in a run. What a step needs from one that has not been done is not known before that is.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, fields, replace
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from drctl.bootstrap import preflight, texts
from drctl.bootstrap.beginning import pinned
from drctl.bootstrap.environment_world import EnvironmentSettings, EnvironmentWorld, MfaCode
from drctl.bootstrap.past_runs import history_of
from drctl.bootstrap.pricing import prices
from drctl.bootstrap.sights import Sight, environment_sight
from drctl.clock import SystemClock
from drctl.engine.context import context_of, past_of
from drctl.engine.facts import facts_for
from drctl.engine.live import Goal, Live
from drctl.errors import GuardRefused
from drctl.model import events as e
from drctl.model.cost import Prices
from drctl.model.decision import Change, Done, Refuse, Wait
from drctl.model.environment import Environment
from drctl.model.events import Approve, Mode
from drctl.model.foreseen import Foreseen, Outlook
from drctl.model.hourly_cost import hourly_cost
from drctl.model.plan import Plan, PlannedStep
from drctl.model.recorded import Recorded
from drctl.model.resolve import Unrecorded, resolve
from drctl.model.run import Run
from drctl.ports.action import BoundStep, ParamsInvalid, StepContext
from drctl.ports.by_hand import Discretion, Notes, Unsent
from drctl.report.plan_forecast import plan_forecast

_RUN = "plan"


@dataclass(frozen=True, kw_only=True)
class PlanRequest:
    """A plan as it was asked for."""

    runbook: str
    environment: str
    mode: Mode | None
    """As which it would be run; as the environment allows, where that is one thing only."""
    inputs: Mapping[str, str]
    onset: datetime | None = None
    """When it began, in UTC: until when it has to be declared is counted from there."""
    state_dir: Path | None = None
    """Where earlier runs tell how long steps take; None to go by the runbook."""


def foresee(request: PlanRequest, mfa_code: MfaCode | None = None) -> Mapping[str, object]:
    """What each step of the runbook finds, and would do first. Raises Refused where the run would be refused."""
    environment, settings = texts.environment_of(request.environment)
    mode = request.mode or environment.modes[-1]
    loaded = texts.environment_runbook(request.runbook, request.inputs, environment)
    plan = loaded.plan_or_refuse()
    preflight.allow(environment, mode, plan)
    world = EnvironmentWorld(environment, settings, mode=mode, mfa_code=mfa_code)
    preflight.confirm(world.access(_RUN), environment, preflight.accounts_of(plan, environment))
    with _looking(plan, world, settings, mode) as outlooks:
        steps = outlooks.every()
    return {
        "runbook": plan.runbook,
        "environment": environment.name,
        "mode": str(mode),
        "simulated": environment.endpoint_url is not None,
        "steps": [step.plain() for step in steps],
        "forecast": _forecast(request, environment, mode, loaded.texts, plan),
    }


def _forecast(
    request: PlanRequest, environment: Environment, mode: Mode, sources: Mapping[str, str], plan: Plan
) -> Mapping[str, object]:
    now = SystemClock().now()
    started = e.RunStarted(
        at=now,
        run=_RUN,
        mode=mode,
        environment=environment.name,
        simulated=environment.endpoint_url is not None,
        approve=Approve.ASK if mode is Mode.RECOVER else Approve.AUTO,
        **pinned(sources, plan),
    )
    known = history_of(request.state_dir, started, plan) if request.state_dir is not None else []
    return plan_forecast(plan, known[0] if known else None, request.onset, now)


def forbidden_in(plan: Plan, world: EnvironmentWorld, settings: EnvironmentSettings, mode: Mode) -> list[str]:
    """What steps that can be looked at already would change although they may not, a line for each."""
    with _looking(plan, world, settings, mode) as outlooks:
        return _lines(outlooks.every(), Outlook.FORBIDDEN)


def blind_stops(plan: Plan, world: EnvironmentWorld, settings: EnvironmentSettings, mode: Mode) -> list[str]:
    """The stop conditions that could never stop anything, such as an alarm that is not there, a line for each."""
    with _looking(plan, world, settings, mode) as outlooks:
        return _lines([outlooks.of(stop.check) for stop in plan.stops], Outlook.REFUSED)


def _lines(foreseen: Sequence[Foreseen], outlook: Outlook) -> list[str]:
    return [f"{one.step}: {one.says}" for one in foreseen if one.outlook is outlook]


@contextmanager
def _looking(plan: Plan, world: EnvironmentWorld, settings: EnvironmentSettings, mode: Mode) -> Iterator[Outlooks]:
    """Looks at `plan` as a run of it would that has just begun; no such run is recorded anywhere."""
    with TemporaryDirectory(prefix="drctl-plan-") as folder:
        sight = environment_sight(_RUN, settings, mode, Path(folder), world=world)
        started = e.RunStarted(
            at=sight.now,
            run=_RUN,
            mode=mode,
            environment=settings.described().name,
            simulated=False,
            approve=Approve.ASK,
            **pinned({}, plan),
        )
        run = Run()
        run.apply(Recorded(seq=1, fence=1, hash="", event=started))
        yield Outlooks(plan, run, sight)


class Outlooks:
    """Looks at the steps of a plan, one after the other."""

    def __init__(self, plan: Plan, run: Run, sight: Sight) -> None:
        self._plan, self._run, self._sight = plan, run, sight
        self._known = texts.catalogue()
        self._seq = 1

    def every(self) -> list[Foreseen]:
        """What every step that is no stand-in comes to."""
        return [self.of(step) for step in self._plan.steps if not step.dormant]

    def of(self, step: PlannedStep) -> Foreseen:
        """What that step comes to."""
        spec = self._known.spec(step.uses)
        if spec is not None and spec.asks_person:
            return self._told(step, Outlook.PERSON, f"{step.params.get('role', 'somebody')} is asked")
        lookup = facts_for(step, self._plan, self._run)
        try:
            bound = self._known.bind(step.uses, {name: resolve(value, lookup) for name, value in step.params.items()})
        except Unrecorded as error:
            return self._told(step, Outlook.LATER, f"needs {error.reference}, which is known once that step is done")
        except ParamsInvalid as error:
            return self._told(step, Outlook.REFUSED, str(error))
        return self._looked(step, bound)

    def _looked(self, step: PlannedStep, bound: BoundStep) -> Foreseen:
        live = Live(step=step, spec=bound.action.spec, bound=bound, goal=Goal.RECOVER, begun=self._sight.now)
        notes = Notes()
        parts = self._sight.parts(notes, Discretion(notes, {}, self._sight.looks_secret))
        ctx, past = context_of(live, self._run, parts, None), past_of(live, self._run, self._sight.now)
        try:
            seen = bound.action.observe(bound.params, ctx)
            match bound.action.decide(bound.params, seen, past):
                case Change() as change:
                    return self._changing(step, bound, change, ctx)
                case Wait(until=until):
                    return self._told(step, Outlook.WAITS, str(until))
                case Refuse(because=because):
                    return self._told(step, Outlook.REFUSED, because)
                case Done(because=because):
                    evidence = bound.action.verify(bound.params, seen, past, ctx)
                    if not evidence.holds:
                        return self._told(step, Outlook.WAITS, f"{because}, but: {evidence.fact}")
                    self._record(e.StepStarted(at=self._sight.now, step=step.id))
                    self._record(e.StepSucceeded(at=self._sight.now, step=step.id, because=because, evidence=evidence))
                    return self._told(step, Outlook.DONE, because)
        except Unsent as kept:
            return self._told(step, Outlook.CHANGES, f"has to do this to look: {kept.request}")
        except GuardRefused as error:
            return self._told(step, Outlook.FORBIDDEN, error.what)
        except Exception as error:
            failure = parts.aws.classify(error)
            if failure is None:
                raise
            return self._told(step, Outlook.UNKNOWN, f"could not be looked at: {failure}")

    def _changing(self, step: PlannedStep, bound: BoundStep, change: Change, ctx: StepContext) -> Foreseen:
        told = replace(
            self._told(step, Outlook.CHANGES, change.summary),
            operation=change.operation,
            target=change.target,
            resources=self._resources(step, bound, change),
            current=dict(change.undo),
            cost=hourly_cost(change.operation, _given(bound), self._prices),
        )
        try:
            bound.action.act(bound.params, change, ctx)
        except Unsent:
            return told
        except GuardRefused as error:
            return replace(told, outlook=Outlook.FORBIDDEN, says=error.what)
        return told

    def _told(self, step: PlannedStep, outlook: Outlook, says: str) -> Foreseen:
        return Foreseen(
            step=step.id,
            uses=step.uses,
            title=step.title,
            outlook=outlook,
            says=says,
            reversible=not step.irreversible,
            expect=step.expect,
            critical=step.critical,
        )

    @functools.cached_property
    def _prices(self) -> Prices:
        return prices()

    def _resources(self, step: PlannedStep, bound: BoundStep, change: Change) -> tuple[str, ...]:
        """The ARNs that the call of `change` needs a permission on."""
        if not change.operation:
            return ()
        from drctl.aws.iam_names import iam_action

        account, _ = self._sight.account(step.account)
        region, wanted = str(getattr(bound.params, "region", "")), iam_action(change.operation)
        granted = bound.action.permissions(bound.params, region, account)
        return tuple(dict.fromkeys(arn for one in granted if wanted in one.actions for arn in one.resources))

    def _record(self, event: e.Event) -> None:
        self._seq += 1
        self._run.apply(Recorded(seq=self._seq, fence=1, hash="", event=event))


def _given(bound: BoundStep) -> Mapping[str, Any]:
    """The parameters of a step, with what is left out as the action has it."""
    return {one.name: getattr(bound.params, one.name) for one in fields(bound.params)}
