"""Which steps may start: the `needs` graph, read against what is recorded."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from drctl.model.plan import Plan, PlannedStep, UndoPolicy
from drctl.model.run import Run, StepRun, StepState


class Order:
    """The graph of a plan, with each step's dependents at hand so that one ending costs only its neighbours."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.by_id = {step.id: step for step in plan.steps}
        self._dependents: dict[str, list[str]] = defaultdict(list)
        self._replaces: dict[str, list[str]] = defaultdict(list)
        for step in plan.steps:
            for needed in step.needs:
                self._dependents[needed].append(step.id)
            if step.fallback is not None:
                self._replaces[step.fallback].append(step.id)

    def after(self, id: str) -> list[str]:
        """The steps that may have become startable because `id` has ended."""
        ids = list(self._dependents[id])
        for replaced in self._replaces[id]:
            ids += self.after(replaced)
        fallback = self.by_id[id].fallback
        return ids if fallback is None else [*ids, fallback]

    def startable(self, id: str, run: Run) -> bool:
        """Whether everything `id` needs is there, and it has neither started nor been left out."""
        step = self.by_id[id]
        if run.step(id).state is not StepState.PENDING:
            return False
        if step.dormant and not any(run.step(r).fell_back_to == id for r in self._replaces[id]):
            return False
        return all(self.satisfied(needed, run) for needed in step.needs)

    def satisfied(self, id: str, run: Run) -> bool:
        """Whether what depends on `id` may go on."""
        recorded, step = run.step(id), self.by_id[id]
        match recorded.state:
            case StepState.SUCCEEDED | StepState.SKIPPED:
                return True
            case StepState.FELL_BACK:
                return recorded.fell_back_to is not None and self.satisfied(recorded.fell_back_to, run)
            case StepState.FAILED | StepState.HELD:
                return not step.critical or step.source_side
        return False

    def unsatisfied(self, run: Run, *, final: bool) -> list[str]:
        """The steps of one part of the plan that keep it from being complete, in the plan's order."""
        return [
            step.id
            for step in self.plan.steps
            if step.final is final and not step.dormant and not self.satisfied(step.id, run)
        ]

    def stuck(self, run: Run) -> str:
        """What keeps the run from going on, in words: the steps that have failed or are held, and not those behind."""
        unsatisfied = (self._last_resort(id, run) for id in self.unsatisfied(run, final=False))
        ids = [id for id in unsatisfied if run.step(id).failure]
        return f"{', '.join(ids)} cannot go on" if ids else "no step can go on"

    def _last_resort(self, id: str, run: Run) -> str:
        recorded = run.step(id)
        while recorded.state is StepState.FELL_BACK and recorded.fell_back_to is not None:
            recorded = run.step(recorded.fell_back_to)
        return recorded.id

    def to_undo(self, run: Run) -> list[PlannedStep]:
        """The steps whose changes are to be taken back, those that depend on others first."""
        return [
            step
            for step in reversed(self.plan.steps)
            if not step.final and step.undo is UndoPolicy.AUTO and changed_something(run.step(step.id))
        ]

    def undo_waits_for(self, id: str, to_undo: Iterable[str]) -> set[str]:
        """The steps among `to_undo` that depend on `id`, directly or through others, and so are undone before it."""
        wanted, found, seen = set(to_undo), set(), {id}
        ahead = [id]
        while ahead:
            for dependent in self.after(ahead.pop()):
                if dependent not in seen:
                    seen.add(dependent)
                    ahead.append(dependent)
                    if dependent in wanted:
                        found.add(dependent)
        return found


def changed_something(step: StepRun) -> bool:
    """Whether the step may have changed anything in AWS that has not been taken back.

    An intent without an answer counts: the call may have been made. A call that AWS refused does not.
    """
    if step.state is StepState.UNDONE or step.undo_failed:
        return False
    return any(not change.undoing and change.failure_kind in ("", "ambiguous") for change in step.changes)
