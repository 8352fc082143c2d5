"""What a runbook would do in an environment as it is now. Nothing is changed: no call that changes something is sent.

Steps are looked at in the order of the plan. What one that is done already, or that only looks, has found is there for
those behind it, as in a run. What a step needs from one that has not been done is not known before that is.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from drctl.bootstrap import preflight, texts
from drctl.bootstrap.beginning import pinned
from drctl.bootstrap.environment_world import EnvironmentSettings, EnvironmentWorld, MfaCode
from drctl.bootstrap.pricing import prices
from drctl.bootstrap.sights import Sight, environment_sight
from drctl.engine.context import context_of, past_of
from drctl.engine.facts import facts_for
from drctl.engine.live import Goal, Live
from drctl.errors import GuardRefused
from drctl.model import events as e
from drctl.model.decision import Change, Done, Refuse, Wait
from drctl.model.events import Approve, Mode
from drctl.model.foreseen import Foreseen, Outlook
from drctl.model.hourly_cost import HourlyCost, hourly_cost
from drctl.model.plan import Plan, PlannedStep
from drctl.model.recorded import Recorded
from drctl.model.resolve import Unrecorded, resolve
from drctl.model.run import Run
from drctl.ports.action import BoundStep, ParamsInvalid, StepContext
from drctl.ports.by_hand import Discretion, Notes, Unsent

_RUN = "plan"


@dataclass(frozen=True, kw_only=True)
class PlanRequest:
    """A plan as it was asked for."""

    runbook: str
    environment: str
    mode: Mode | None
    """As which it would be run; as the environment allows, where that is one thing only."""
    inputs: Mapping[str, str]


def foresee(request: PlanRequest, mfa_code: MfaCode | None = None) -> Mapping[str, object]:
    """What each step of the runbook finds, and would do first. Raises Refused where the run would be refused."""
    environment, source = texts.environment_of(request.environment)
    mode = request.mode or environment.modes[-1]
    loaded = texts.environment_runbook(request.runbook, request.inputs, environment)
    plan = loaded.plan_or_refuse()
    preflight.allow(environment, mode, plan)
    settings = EnvironmentSettings(environment=source.text, file=source.file, folder=str(Path.cwd().absolute()))
    world = EnvironmentWorld(environment, settings, mode=mode, mfa_code=mfa_code)
    preflight.confirm(world.access(_RUN), environment, preflight.accounts_of(plan, environment))
    with TemporaryDirectory(prefix="drctl-plan-") as folder:
        sight = environment_sight(_RUN, settings, mode, Path(folder), world=world)
        run = _run_of(plan, loaded.texts, mode, environment.name, sight.now)
        steps = Outlooks(plan, run, sight).every()
    return {
        "runbook": plan.runbook,
        "environment": environment.name,
        "mode": str(mode),
        "simulated": environment.endpoint_url is not None,
        "steps": [step.plain() for step in steps],
    }


def forbidden_in(plan: Plan, world: EnvironmentWorld, settings: EnvironmentSettings, mode: Mode) -> list[str]:
    """What steps that can be looked at already would change although they may not, a line for each."""
    with TemporaryDirectory(prefix="drctl-plan-") as folder:
        sight = environment_sight(_RUN, settings, mode, Path(folder), world=world)
        run = _run_of(plan, {}, mode, "", sight.now)
        return [
            f"{one.step}: {one.says}" for one in Outlooks(plan, run, sight).every() if one.outlook is Outlook.FORBIDDEN
        ]


def _run_of(plan: Plan, sources: Mapping[str, str], mode: Mode, environment: str, now: datetime) -> Run:
    run = Run()
    started = e.RunStarted(
        at=now,
        run=_RUN,
        mode=mode,
        environment=environment,
        simulated=False,
        approve=Approve.ASK,
        **pinned(sources, plan),
    )
    run.apply(Recorded(seq=1, fence=1, hash="", event=started))
    return run


def blind_stops(plan: Plan, world: EnvironmentWorld, settings: EnvironmentSettings, mode: Mode) -> list[str]:
    """The stop conditions that could never stop anything, such as an alarm that is not there, a line for each."""
    with TemporaryDirectory(prefix="drctl-plan-") as folder:
        sight = environment_sight(_RUN, settings, mode, Path(folder), world=world)
        looking = Outlooks(plan, _run_of(plan, {}, mode, "", sight.now), sight)
        foreseen = [looking.of(stop.check) for stop in plan.stops]
    return [f"{one.step}: {one.says}" for one in foreseen if one.outlook is Outlook.REFUSED]


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
        told = self._told(step, Outlook.CHANGES, change.summary, change)
        try:
            bound.action.act(bound.params, change, ctx)
        except Unsent:
            return told
        except GuardRefused as error:
            return self._told(step, Outlook.FORBIDDEN, error.what, change)
        return told

    def _told(self, step: PlannedStep, outlook: Outlook, says: str, change: Change | None = None) -> Foreseen:
        return Foreseen(
            step=step.id,
            uses=step.uses,
            title=step.title,
            outlook=outlook,
            says=says,
            operation=change.operation if change is not None else "",
            target=change.target if change is not None else "",
            resources=self._resources(step, change),
            current=dict(change.undo) if change is not None else {},
            reversible=not step.irreversible,
            expect=step.expect,
            critical=step.critical,
            cost=self._cost(step, change),
        )

    def _cost(self, step: PlannedStep, change: Change | None) -> HourlyCost | None:
        if change is None:
            return None
        lookup = facts_for(step, self._plan, self._run)
        params = {name: resolve(value, lookup) for name, value in step.params.items()}
        return hourly_cost(change.operation, params, prices())

    def _resources(self, step: PlannedStep, change: Change | None) -> tuple[str, ...]:
        """The ARNs that the call of `change` needs a permission on."""
        if change is None or not change.operation:
            return ()
        from drctl.aws.iam_names import iam_action

        lookup = facts_for(step, self._plan, self._run)
        bound = self._known.bind(step.uses, {name: resolve(value, lookup) for name, value in step.params.items()})
        account, _ = self._sight.account(step.account)
        region, wanted = str(step.params.get("region", "")), iam_action(change.operation)
        granted = bound.action.permissions(bound.params, region, account)
        return tuple(dict.fromkeys(arn for one in granted if wanted in one.actions for arn in one.resources))

    def _record(self, event: e.Event) -> None:
        self._seq += 1
        self._run.apply(Recorded(seq=self._seq, fence=1, hash="", event=event))
