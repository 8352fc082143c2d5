"""How a person goes on with a run by hand: what each step would do next, found by looking. No lease, no record."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from drctl.aws.arguments import is_read, skeleton_of
from drctl.bootstrap.next_change import Found, next_of
from drctl.bootstrap.records import plan_of
from drctl.bootstrap.sights import Sight, sight_of
from drctl.bootstrap.texts import catalogue
from drctl.engine.context import context_of, past_of
from drctl.engine.facts import facts_for
from drctl.engine.live import Goal, Live
from drctl.errors import NotFound
from drctl.journal.folder import find_run
from drctl.journal.reading import read_journal
from drctl.model.past import ChangeState, PastChange
from drctl.model.plan import Plan, PlannedStep, UndoPolicy
from drctl.model.reference import Reference
from drctl.model.resolve import Unrecorded, resolve
from drctl.model.run import Run, StepState
from drctl.model.values import Json
from drctl.ports.action import ActionSpec, BoundStep, Catalogue, ParamsInvalid
from drctl.ports.by_hand import ByHand, Discretion, HandOver, Notes, Request, Stance

_OVER = (StepState.SUCCEEDED, StepState.SKIPPED, StepState.FELL_BACK, StepState.UNDONE)
_AGAIN = (StepState.FAILED, StepState.HELD)


def manual(run: str, state_dir: Path, step: str | None = None, *, undo: bool = False) -> HandOver:
    """What to type to go on with the run of that name by hand: with one step, or with all that are not over.

    With `undo`, to take back what they have done. Raises NotFound and JournalCorrupt.
    """
    folder = find_run(state_dir, run)
    found = Run.of(read_journal(folder.journal))
    plan = plan_of(found)
    sight = sight_of(found, folder.path)
    known = catalogue()
    steps = _wanted(plan, found, step, undo=undo)
    sheets = tuple(_Sheet(one, plan, found, sight, known, undo=undo).told() for one in steps)
    name = found.started.run if found.started is not None else run
    return HandOver(
        run=name,
        runbook=plan.runbook,
        simulated_at=sight.url,
        steps=sheets,
        undo=undo,
        prepare={
            account: sight.prepare(account, role)
            for account, role in dict.fromkeys((sheet.account, sheet.role) for sheet in sheets)
        },
    )


def _wanted(plan: Plan, run: Run, step: str | None, *, undo: bool) -> Sequence[PlannedStep]:
    if step is None and undo:
        return [one for one in reversed(plan.steps) if _may_be_undone(one, run)]
    if step is None:
        return [one for one in plan.steps if run.step(one.id).state not in _OVER]
    if step in plan.groups:
        return [plan.step(member) for member in plan.groups[step]]
    if step not in plan.ids:
        near = difflib.get_close_matches(step, [*plan.ids, *plan.groups], n=1)
        meant = f"; did you mean {near[0]!r}?" if near else ""
        name = run.started.run if run.started is not None else "latest"
        raise NotFound(f"{plan.runbook} has no step {step!r}{meant}", hint=f"drctl status {name}")
    return [plan.step(step)]


def _may_be_undone(step: PlannedStep, run: Run) -> bool:
    recorded = run.step(step.id)
    return bool(recorded.changes) and recorded.state is not StepState.UNDONE and step.undo is not UndoPolicy.NEVER


class _Sheet:
    """What is told of one step."""

    def __init__(self, step: PlannedStep, plan: Plan, run: Run, sight: Sight, known: Catalogue, *, undo: bool) -> None:
        self._step, self._plan, self._run, self._sight, self._undo = step, plan, run, sight, undo
        self._known = known
        self._recorded = run.step(step.id)
        self._notes: list[str] = []
        self._open: list[Reference] = []

    def told(self) -> ByHand:
        spec = self._known.spec(self._step.uses)
        params = self._params()
        self._note_order()
        if spec is not None and spec.asks_person and not self._undo:
            return self._person(params)
        found = self._found(params) if spec is not None else None
        if found is None:
            found = Found(stance=Stance.UNKNOWN, says=self._why_unknown(spec))
        return self._sheet(found, spec, params)

    def _sheet(self, found: Found, spec: ActionSpec | None, params: Mapping[str, Json]) -> ByHand:
        may_do: tuple[Request, ...] = ()
        looks = found.looks
        if found.stance is Stance.UNKNOWN:
            if (last := self._last()) is not None:
                self._notes.append(_intent(last))
            may_do = self._skeleton(spec, params, reads=False)
            looks = looks or self._skeleton(spec, params, reads=True)
        account, role = self._sight.account(self._step.account)
        return ByHand(
            step=self._step.id,
            uses=self._step.uses,
            title=self._step.title,
            state=self._recorded.state.value,
            stance=found.stance,
            says=found.says,
            hint=found.hint,
            account=account,
            role=role,
            does=found.does,
            may_do=may_do,
            looks=looks,
            params=params,
            notes=tuple(self._notes),
        )

    def _person(self, params: Mapping[str, Json]) -> ByHand:
        over = self._recorded.state is StepState.SUCCEEDED
        run = self._run.started.run if self._run.started is not None else ""
        return ByHand(
            step=self._step.id,
            uses=self._step.uses,
            title=self._step.title,
            state=self._recorded.state.value,
            stance=Stance.DONE if over else Stance.PERSON,
            says=self._recorded.because if over else f"a person decides: {params.get('role', 'whoever may')}",
            hint="" if over else f"drctl approve {run} {self._step.id}",
            params=params,
            notes=tuple(self._notes),
        )

    def _params(self) -> Mapping[str, Json]:
        """The step's parameters; what is not recorded yet stands in them by its name, in angle brackets."""
        lookup = facts_for(self._step, self._plan, self._run)

        def known(reference: Reference) -> Json:
            try:
                return lookup(reference)
            except Unrecorded:
                self._open.append(reference)
                return f"<{reference}>"

        return {name: resolve(value, known) for name, value in self._step.params.items()}

    def _found(self, params: Mapping[str, Json]) -> Found | None:
        """What a look has come to; None where the step cannot even look."""
        try:
            bound = self._known.bind(self._step.uses, params)
        except ParamsInvalid as error:
            if not self._open:
                self._notes.append(str(error))
            return None
        unreachable = self._sight.unreachable or self._why_unknown(None) * bool(self._open)
        notes = Notes(unreachable=unreachable)
        discretion = Discretion(notes, params, self._sight.looks_secret)
        found = self._look(bound, notes, discretion)
        if notes.untried:
            self._notes.append("whether it takes writes was not tried: the step itself tries that")
        if unreachable and found.stance is Stance.UNKNOWN:
            found = replace(found, says=unreachable, hint="")
        return found

    def _look(self, bound: BoundStep, notes: Notes, discretion: Discretion) -> Found:
        run, now = self._run, self._sight.now
        if self._recorded.state in _AGAIN and not self._undo:
            # Whoever resumes the run has such a step start over.
            run.steps[self._step.id] = replace(self._recorded, epoch=self._recorded.epoch + 1)
        try:
            live = Live(
                step=self._step,
                spec=bound.action.spec,
                bound=bound,
                goal=Goal.UNDO if self._undo else Goal.RECOVER,
                begun=self._recorded.epoch_at or now,
            )
            parts = self._sight.parts(notes, discretion)
            ctx = context_of(live, run, parts, answer=None)
            return next_of(bound, past_of(live, run, now), ctx, parts.aws, notes, undo=self._undo)
        except NotFound as error:
            # An account that the environment of this run does not have.
            return Found(stance=Stance.UNKNOWN, says=error.what, hint=error.hint or "")
        finally:
            run.steps[self._step.id] = self._recorded

    def _why_unknown(self, spec: ActionSpec | None) -> str:
        if self._open:
            names = ", ".join(dict.fromkeys(str(reference) for reference in self._open))
            return f"it needs what is not recorded yet: {names}"
        return "its parameters are not what it takes" if spec is not None else f"there is no action {self._step.uses}"

    def _note_order(self) -> None:
        step = self._step
        waits = [id for id in step.needs if self._run.step(id).state not in _OVER]
        if waits and not self._undo:
            self._notes.append(f"comes after {', '.join(waits)}")
        if step.condition is not None and self._recorded.state is StepState.PENDING:
            self._notes.append("only where its condition in the runbook (`when`) holds")
        if step.dormant and self._recorded.state is StepState.PENDING:
            ids = [one.id for one in self._plan.steps if one.fallback == step.id]
            self._notes.append(f"only where {', '.join(ids)} has given up")
        if self._undo and step.undo is UndoPolicy.NEVER:
            self._notes.append("the runbook leaves this as it is, whatever happens")
        if step.irreversible and not self._undo:
            self._notes.append("this cannot be taken back")

    def _last(self) -> PastChange | None:
        return self._recorded.changes[-1] if self._recorded.changes else None

    def _skeleton(self, spec: ActionSpec | None, params: Mapping[str, Json], *, reads: bool) -> tuple[Request, ...]:
        if spec is None:
            return ()
        operations = [one for one in spec.operations if is_read(one.partition(":")[2]) is reads]
        if not reads and (last := self._last()) is not None and last.operation in operations:
            operations = [last.operation]
        region = params.get("region")
        where = str(region) if region else "<region>"
        parts = [one.partition(":") for one in operations]
        found = [skeleton_of(service, operation, where, params) for service, _, operation in parts]
        return tuple(
            replace(one, endpoint_url=self._sight.url, account=self._step.account) for one in found if one is not None
        )


def _intent(change: PastChange) -> str:
    """The newest change that the journal holds, for a world that cannot be asked."""
    told = {
        ChangeState.RETURNED: "it was accepted",
        ChangeState.INTENDED: "no answer was recorded: it may have happened, so look first",
        ChangeState.FAILED: f"it failed: {change.failure}",
    }[change.state]
    where = f"{change.operation} on {change.target}" if change.operation else change.target
    return f"the last change in the journal, at {_instant(change.intended_at)}: {change.summary} ({where}); {told}"


def _instant(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M:%SZ}"
