"""What a step would do next, found out by looking: nothing is changed, and nothing is recorded."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from drctl.errors import DrctlError
from drctl.model.decision import Change, Done, Refuse, Wait
from drctl.model.past import Past
from drctl.model.values import Json
from drctl.ports.action import BoundStep, StepContext
from drctl.ports.aws import AwsAccess
from drctl.ports.by_hand import Notes, Request, Stance, Unsent


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What a look has come to."""

    stance: Stance
    says: str
    hint: str = ""
    does: tuple[Request, ...] = ()
    looks: tuple[Request, ...] = ()


def next_of(
    bound: BoundStep, past: Past, ctx: StepContext, access: AwsAccess, notes: Notes, *, undo: bool = False
) -> Found:
    """What the step would do next, or what would take it back. Everything in `ctx` only looks. Never raises."""
    try:
        seen = bound.action.observe(bound.params, ctx)
        decision = (bound.action.decide_undo if undo else bound.action.decide)(bound.params, seen, past)
        if isinstance(decision, Done) and not undo:
            return _verified(bound, past, ctx, notes, seen, decision)
    except Unsent as kept:
        return Found(
            stance=Stance.CHANGE, says="it has to do this to look", does=(kept.request,), looks=tuple(notes.asked)
        )
    except Exception as error:
        return _unseen(error, access, notes)
    looks = tuple(notes.asked)
    match decision:
        case Change():
            return _changing(bound, decision, ctx, access, looks)
        case Wait(until=until):
            return Found(stance=Stance.WAIT, says=f"waits for {until}", looks=looks)
        case Refuse(because=because, hint=hint):
            return Found(stance=Stance.REFUSE, says=because, hint=hint or "", looks=looks)
        case Done(because=because):
            return Found(stance=Stance.DONE, says=because, looks=looks)


def _verified(bound: BoundStep, past: Past, ctx: StepContext, notes: Notes, seen: object, decision: Done) -> Found:
    evidence = bound.action.verify(bound.params, seen, past, ctx)
    stance = Stance.DONE if evidence.holds else Stance.WAIT
    says = decision.because if evidence.holds else f"{decision.because}, but: {evidence.fact}"
    return Found(stance=stance, says=says, looks=tuple(notes.asked))


def _changing(
    bound: BoundStep, change: Change, ctx: StepContext, access: AwsAccess, looks: tuple[Request, ...]
) -> Found:
    try:
        facts: Mapping[str, Json] = bound.action.act(bound.params, change, ctx)
    except Unsent as kept:
        return Found(stance=Stance.CHANGE, says=change.summary, does=(kept.request,), looks=looks)
    except Exception as error:
        why = _why(error, access)
        return Found(stance=Stance.UNKNOWN, says=f"{change.summary}; its call cannot be told: {why}", looks=looks)
    told = "; ".join(str(fact) for fact in facts.values())
    return Found(
        stance=Stance.UNKNOWN,
        says=f"{change.summary}; it makes no call for it{f' ({told})' if told else ''}",
        looks=looks,
    )


def _unseen(error: Exception, access: AwsAccess, notes: Notes) -> Found:
    hint = (error.hint or "") if isinstance(error, DrctlError) else ""
    return Found(
        stance=Stance.UNKNOWN,
        says=f"the world could not be looked at: {_why(error, access)}",
        hint=hint,
        looks=tuple(notes.asked),
    )


def _why(error: Exception, access: AwsAccess) -> str:
    if isinstance(error, DrctlError):
        return error.what
    failure = access.classify(error)
    return str(failure) if failure is not None else f"{type(error).__name__}: {error}"
