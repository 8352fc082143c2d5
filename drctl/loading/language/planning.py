"""The planner: steps in an order in which each follows what it needs, with what the runbook left open filled in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from drctl.loading.language.drafts import RunbookDraft
from drctl.loading.language.instances import Instance
from drctl.loading.language.plan_rules import Specs
from drctl.loading.language.sustain import planned_sustain
from drctl.model.graph import in_order
from drctl.model.plan import Plan, PlannedStep, StopCondition
from drctl.model.values import Json
from drctl.ports.action import ActionSpec


def as_written(instances: Sequence[Instance]) -> tuple[Instance, ...]:
    """`instances` in the order of the text, those of `finally` last."""
    return tuple(sorted(instances, key=lambda instance: (instance.final, instance.place)))


def make_plan(
    runbook: RunbookDraft,
    instances: Sequence[Instance],
    specs: Specs,
    groups: Mapping[str, tuple[str, ...]],
    inputs: Mapping[str, Json],
    variables: Mapping[str, Json],
) -> Plan:
    """The plan of `instances`, which are in the order of the text and have no cycle."""
    by_id = {instance.id: instance for instance in instances}
    order = in_order(list(by_id), {instance.id: _follows(instance, by_id) for instance in instances})
    return Plan(
        runbook=runbook.name,
        title=runbook.title,
        objectives=runbook.objectives,
        after_drill=runbook.after_drill,
        steps=tuple(_planned(by_id[id], specs[id]) for id in order if by_id[id].step.stop is None),
        stops=tuple(
            StopCondition(check=_planned(by_id[id], specs[id]), then=stop.then, every=stop.every)
            for id in order
            if (stop := by_id[id].step.stop) is not None
        ),
        inputs=inputs,
        variables=variables,
        groups=groups,
        sustain=planned_sustain(runbook.sustain, groups),
        owner=runbook.owner,
    )


def _follows(instance: Instance, by_id: Mapping[str, Instance]) -> tuple[str, ...]:
    """What comes before it: what it needs, what may stand in for that, and what it stands in for."""
    stand_ins = (by_id[need].fallback for need in instance.needs)
    own = instance.replaces
    before = (*instance.needs, *(id for id in stand_ins if id is not None), *((own,) if own is not None else ()))
    return tuple(id for id in before if id != instance.id)


def _planned(instance: Instance, spec: ActionSpec) -> PlannedStep:
    step = instance.step
    return PlannedStep(
        id=instance.id,
        uses=step.uses,
        params=instance.params,
        title=instance.title,
        account=instance.account,
        needs=instance.needs,
        condition=instance.condition,
        item=instance.item,
        expect=step.expect or min(spec.expect, step.deadline or spec.deadline),
        deadline=step.deadline or spec.deadline,
        on_deadline=step.on_deadline,
        fallback=instance.fallback,
        retry=step.retry,
        critical=instance.critical,
        source_side=instance.source_side,
        adopt=step.adopt,
        irreversible=spec.is_irreversible(instance.params),
        marks=step.marks,
        store=instance.store,
        undo=instance.undo,
        final=instance.final,
        dormant=instance.replaces is not None,
    )
