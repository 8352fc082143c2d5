"""One step of the plan to be: a draft with its references to what is known now replaced."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from drctl.loading.language.drafts import StepDraft
from drctl.loading.language.frames import Frame
from drctl.loading.language.items import Item
from drctl.loading.language.substitution import Substitution
from drctl.loading.yaml_source import Path
from drctl.model.condition import Condition, Every
from drctl.model.plan import Store, UndoPolicy
from drctl.model.reference import Reference, Value, references_in
from drctl.model.values import Json
from drctl.ports.action import ActionSpec


@dataclass(frozen=True, slots=True, kw_only=True)
class Instance:
    step: StepDraft
    id: str
    place: tuple[int, ...]
    """Where it is written; the place of its parent comes first."""
    needs: tuple[str, ...]
    params: Mapping[str, Value]
    origins: Mapping[Path, Reference]
    """The places inside the step whose value came from a reference, and that one."""
    title: str
    account: str | None
    condition: Condition | None
    item: Json
    store: Store | None
    final: bool
    critical: bool
    source_side: bool
    undo: UndoPolicy
    fallback: str | None
    replaces: str | None
    """The planned step whose place this one takes; then it runs only if that one gives up."""


def instance_of(
    step: StepDraft,
    frame: Frame,
    substitution: Substitution,
    item: Item,
    *,
    id: str,
    place: tuple[int, ...],
    needs: tuple[str, ...],
    spec: ActionSpec | None,
) -> Instance:
    """The planned step that `step` becomes in `frame`, for `item`."""
    params = {} if step.nests else {k: substitution.value(value, ("with", k)) for k, value in step.params.items()}
    if spec is not None and spec.asks_person:
        params |= _shown(params, frame)
    replaces = frame.scope.graph.replaced.get(step.id)
    return Instance(
        step=step,
        id=id,
        place=place,
        needs=needs,
        params=params,
        origins=dict(substitution.origins),
        title=_title(step, substitution),
        account=substitution.text(step.account, ("account",)) or frame.account,
        condition=_condition(step, frame, substitution),
        item=item.value,
        store=_store(step, substitution),
        final=step.final or frame.final,
        critical=step.critical and frame.critical,
        source_side=step.source_side or frame.source_side,
        undo=UndoPolicy.NEVER if UndoPolicy.NEVER in (step.undo, frame.undo) else UndoPolicy.AUTO,
        fallback=frame.prefix + step.fallback if step.fallback is not None else None,
        replaces=frame.prefix + replaces if replaces is not None else None,
    )


def _shown(params: Mapping[str, Value], frame: Frame) -> dict[str, Value]:
    """A person is shown the evidence of planned steps; the runbook names the steps they came from."""
    shows = params.get("shows")
    if not isinstance(shows, tuple):
        return {}
    members = (frame.members.get(id, (id,)) if isinstance(id, str) else (id,) for id in shows)
    return {"shows": tuple(member for ids in members for member in ids)}


def _title(step: StepDraft, substitution: Substitution) -> str:
    # Where an input is not known yet, its reference says more than nothing would.
    return substitution.text(step.title, ("title",)) or str(step.title)


def _condition(step: StepDraft, frame: Frame, substitution: Substitution) -> Condition | None:
    own = None if step.condition is None else substitution.condition(step.condition, ("if",))
    both = tuple(condition for condition in (frame.condition, own) if condition is not None)
    return Every(both) if len(both) == 2 else both[0] if both else None


def _store(step: StepDraft, substitution: Substitution) -> Store | None:
    if step.store is None:
        return None
    name = substitution.text(step.store.name, ("store", "name"))
    if name is None and references_in(step.store.name):
        name = str(step.store.name)
    return None if name is None else Store(name, step.store.ephemeral)
