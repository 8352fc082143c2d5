"""Rules for a plan as a whole, once everything in it is unrolled."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from drctl.loading.language.instances import Instance
from drctl.loading.problems import Problems
from drctl.loading.validation import nearest
from drctl.model.beacon import READS_BEACON
from drctl.model.condition import Condition, Every
from drctl.model.duration import format_duration
from drctl.model.graph import Ancestors
from drctl.ports.action import ActionSpec, Catalogue

Specs = Mapping[str, ActionSpec]
"""The spec of each planned step, by its id."""


def check_plan(
    instances: Sequence[Instance],
    specs: Specs,
    accounts: Collection[str] | None,
    problems: Problems,
    *,
    measures_loss: bool = True,
) -> None:
    """Note every rule of the language that the plan breaks."""
    _check_marks(instances, problems)
    _check_stores(instances, specs, problems, measures_loss=measures_loss)
    _check_approvals(instances, specs, problems)
    _check_spans(instances, specs, problems)
    _check_stops(instances, specs, problems)
    for instance in instances:
        if accounts is not None and instance.account is not None and instance.account not in accounts:
            message = f"the environment has no account {instance.account!r}; it has {', '.join(accounts)}"
            near = nearest(instance.account, accounts)
            problems.add(instance.step.problem(("account",), message, near))


def _check_marks(instances: Sequence[Instance], problems: Problems) -> None:
    first: dict[str, Instance] = {}
    for instance in instances:
        if instance.step.marks is None:
            continue
        earlier = first.setdefault(instance.step.marks, instance)
        if not _same_or_stand_in(earlier, instance):
            message = f"{instance.step.marks.value!r} is set by {earlier.id!r} already; it is one instant"
            problems.add(instance.step.problem(("marks",), message))


def _check_stores(instances: Sequence[Instance], specs: Specs, problems: Problems, *, measures_loss: bool) -> None:
    first: dict[tuple[str, bool], Instance] = {}
    for instance in instances:
        if instance.store is None:
            continue
        spec = specs.get(instance.id)
        # Of a store that holds nothing worth keeping nobody reads a recovery point; it need only be made ready.
        if spec is not None and not spec.recovers_store and not (instance.store.ephemeral and spec.mutating):
            problems.add(instance.step.problem(("store",), f"{spec.kind} establishes no recovery point of a store"))
        elif not instance.store.ephemeral and not measures_loss:
            message = "the loss of this store has nothing to be compared with: give `objectives` an `rpo`"
            problems.add(instance.step.problem(("store",), message))
        reads = spec is not None and spec.kind == READS_BEACON
        earlier = first.setdefault((instance.store.name, reads), instance)
        if not _same_or_stand_in(earlier, instance):
            done = "read" if reads else "recovered"
            message = f"the store {instance.store.name!r} is {done} by {earlier.id!r} already"
            problems.add(instance.step.problem(("store",), message))
    ancestors = Ancestors([instance.id for instance in instances], {i.id: i.needs for i in instances})
    for (store, reads), instance in first.items():
        recovering = first.get((store, False))
        if reads and recovering is not None and not ancestors.has(instance.id, recovering.id):
            # Before that it would tell how new something else is.
            message = f"a beacon of {store!r} is read once {recovering.id!r} has recovered it: add that to `needs`"
            problems.add(instance.step.problem(("store",), message))


def _same_or_stand_in(one: Instance, other: Instance) -> bool:
    return one is other or one.replaces == other.id or other.replaces == one.id


def _check_approvals(instances: Sequence[Instance], specs: Specs, problems: Problems) -> None:
    approvals = [instance for instance in instances if instance.id in specs and specs[instance.id].asks_person]
    for approval in approvals:
        if not approval.step.critical:
            problems.add(approval.step.problem(("critical",), "a person who says no must be heeded: it is critical"))
    ancestors = Ancestors([instance.id for instance in instances], {i.id: i.needs for i in instances})
    for instance in instances:
        spec = specs.get(instance.id)
        if spec is None or not spec.is_irreversible(instance.params):
            continue
        what = spec.kind if spec.irreversible else f"{spec.kind} with `{spec.irreversible_with}`"
        upstream = [approval for approval in approvals if ancestors.has(instance.id, approval.id)]
        if not upstream:
            message = f"{what} cannot be undone, and no approval is upstream of it: add one to `needs`"
            problems.add(instance.step.problem(("uses",), message))
        elif not any(_always_asks(approval, instance) for approval in upstream):
            message = f"{what} cannot be undone, and {upstream[0].id!r} may be passed without anybody's approval"
            problems.add(instance.step.problem(("uses",), message))


def _always_asks(approval: Instance, before: Instance) -> bool:
    """Whether `before` never runs without the approval: a skipped one, or one that may fail, lets it pass."""
    heeded = approval.critical and not approval.source_side and approval.replaces is None
    return heeded and _parts(approval.condition) <= _parts(before.condition)


def _parts(condition: Condition | None) -> frozenset[Condition]:
    if isinstance(condition, Every):
        return frozenset(part for inner in condition.parts for part in _parts(inner))
    return frozenset() if condition is None else frozenset({condition})


def _check_spans(instances: Sequence[Instance], specs: Specs, problems: Problems) -> None:
    for instance in instances:
        step, spec = instance.step, specs.get(instance.id)
        if spec is None or (step.expect is None and step.deadline is None):
            continue
        expect, deadline = step.expect or spec.expect, step.deadline or spec.deadline
        # A shorter deadline alone is a choice; an expected time beyond the deadline is one of two mistakes.
        if step.expect is not None and expect > deadline:
            own = "" if step.deadline is not None else " of its action; give it a `deadline`"
            message = f"{format_duration(expect)} is longer than the deadline {format_duration(deadline)}{own}"
            problems.add(step.problem(("expect",), message))


def _check_stops(instances: Sequence[Instance], specs: Specs, problems: Problems) -> None:
    for instance in instances:
        spec = specs.get(instance.id)
        if instance.step.stop is None or spec is None:
            continue
        if spec.mutating or spec.asks_person:
            # It is looked at again and again beside the steps, by a run that may be in any state.
            message = f"a stop condition only looks, and {spec.kind} {'asks' if spec.asks_person else 'changes things'}"
            problems.add(instance.step.problem(("uses",), message))


def specs_of(instances: Sequence[Instance], catalogue: Catalogue) -> Specs:
    """The spec of every step whose action is known."""
    found = ((instance.id, catalogue.spec(instance.step.uses)) for instance in instances)
    return {id: spec for id, spec in found if spec is not None}
