"""Scripts of runs: a plan, the troubles of its world, and what operators do, as hypothesis makes them up."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import TypeVar

from hypothesis import strategies as st

from drctl.model.condition import Compare, Condition, Literal
from drctl.model.events import Approve, Mode
from drctl.model.failure import FailureKind
from drctl.model.order import OrderKind
from drctl.model.plan import (
    AfterDrill,
    OnDeadline,
    OnStop,
    Plan,
    PlannedStep,
    Retry,
    StopCondition,
    Store,
    Sustain,
    UndoPolicy,
)
from drctl.model.reference import Reference, Value
from drctl.model.timing import Mark
from tests.fakes.runs import plan_of
from tests.fakes.troubled_world import BUG, LOST_ANSWER

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Told:
    """An order, before it has an id. `place` is that of the step it is for; that of the text in an amendment."""

    kind: OrderKind
    place: int = 0
    undo: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Drive:
    """Take the run up, and drive it until it ends, stops, or the process is gone."""

    gone: str = ""
    """How the process ends: at which number `gone_at` of looks, calls or appends; or the lease is taken there."""
    gone_at: int = 1
    coming: tuple[tuple[int, Told], ...] = ()
    """Orders that come in after so many appends."""
    ignores: bool = False
    approve: Approve | None = None
    answers: bool | None = None
    """What people answer; None where they say nothing."""
    someone: bool = True
    late: int = 0
    """In which order calls come home; 0: at once."""


@dataclass(frozen=True, slots=True)
class Command:
    """An order for a run that nobody drives."""

    told: Told


@dataclass(frozen=True, slots=True)
class Meanwhile:
    """Time passes (backwards where the next machine's clock is behind), and somebody does something to a thing."""

    minutes: int
    what: str = ""
    place: int = 0


Turn = Drive | Command | Meanwhile

GONE = ("before an append", "after an append", "before a call", "after a call", "at a look", "lease taken")


@dataclass(frozen=True, slots=True, kw_only=True)
class Script:
    """One story of one run."""

    plan: Plan
    mode: Mode
    approve: Approve
    turns: tuple[Turn, ...]
    foreign: tuple[str, ...] = ()
    look_troubles: Mapping[int, FailureKind] = field(default_factory=dict)
    change_troubles: Mapping[int, str] = field(default_factory=dict)
    meddling: Mapping[int, tuple[str, str]] = field(default_factory=dict)
    rings: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    """From which minute until which each stop condition's alarm rings."""


def _seldom(value: T, default: T, share: int = 5) -> st.SearchStrategy[T]:
    return st.sampled_from([default] * share + [value])


def _seldom_so(share: int = 5) -> st.SearchStrategy[bool]:
    return _seldom(True, False, share)


@st.composite
def _steps(draw: st.DrawFn) -> list[PlannedStep]:
    made: list[PlannedStep] = []
    ids: list[str] = []
    for place in range(draw(st.integers(1, 9))):
        id = f"s{place}"
        needs = tuple(draw(st.lists(st.sampled_from(ids), max_size=3, unique=True))) if ids else ()
        made += _with_stand_in(draw, _step(draw, id, needs, made))
        ids.append(id)
    last = next(step for step in reversed(made) if not step.dormant)
    made[made.index(last)] = replace(last, marks=Mark.SERVING)
    finals: list[str] = []
    for place in range(draw(st.sampled_from([0, 0, 1, 2]))):
        needs = tuple(draw(st.lists(st.sampled_from(finals), max_size=1))) if finals else ()
        made += _with_stand_in(draw, replace(_step(draw, f"z{place}", needs, []), final=True))
        finals.append(f"z{place}")
    return made


def _step(draw: st.DrawFn, id: str, needs: tuple[str, ...], before: list[PlannedStep]) -> PlannedStep:
    uses = draw(st.sampled_from(["thing.make"] * 5 + ["thing.flip", "ask"]))
    condition = _condition(draw, needs)
    if uses == "ask":
        params: dict[str, Value] = {"role": "commander", "shows": needs[:1]}
        return PlannedStep(id=id, uses=uses, params=params, needs=needs, condition=condition)
    params = {
        "name": id,
        "takes": draw(st.sampled_from(["0s", "5m", "20m", "0s", "5m", "20m", "40m", "9h"])),
        "settles": draw(st.sampled_from(["15s", "15s", "15s", "90s"])),
        "refuses": draw(_seldom_so(20)),
        "unread": draw(_seldom_so(12)),
    }  # fmt: skip
    readable = [step.id for step in before if step.id in needs and step.uses != "ask"]
    if draw(_seldom_so()) and readable:
        params["uses"] = Reference("steps", (readable[0], "name"))
    return PlannedStep(
        id=id,
        uses=uses,
        params=params,
        needs=needs,
        condition=condition,
        deadline=timedelta(minutes=draw(st.sampled_from([120, 120, 120, 120, 120, 30, 30, 1]))),
        on_deadline=draw(st.sampled_from([OnDeadline.HOLD, OnDeadline.FAIL])),
        retry=Retry(draw(st.sampled_from([1, 1, 1, 2, 3]))),
        critical=draw(st.sampled_from([True, True, True, False])),
        source_side=draw(_seldom_so(9)),
        adopt=draw(_seldom_so(9)),
        irreversible=draw(_seldom_so(9)),
        undo=draw(_seldom(UndoPolicy.NEVER, UndoPolicy.AUTO, 9)),
        store=Store(f"store-{id}", ephemeral=draw(st.booleans())) if draw(st.booleans()) else None,
    )


def _condition(draw: st.DrawFn, needs: tuple[str, ...]) -> Condition | None:
    if not needs or draw(_seldom(False, True)):
        return None
    state = draw(st.sampled_from(["succeeded", "failed", "skipped"]))
    return Compare(draw(st.sampled_from(["==", "!="])), Reference("steps", (needs[0], "state")), Literal(state))


def _with_stand_in(draw: st.DrawFn, step: PlannedStep) -> list[PlannedStep]:
    if step.uses == "ask" or not draw(_seldom_so(4)):
        return [step]
    stand_in = replace(_step(draw, f"{step.id}-instead", step.needs, []), dormant=True, final=step.final)
    return [replace(step, on_deadline=OnDeadline.FALLBACK, fallback=stand_in.id), stand_in]


@st.composite
def _stops(draw: st.DrawFn) -> tuple[StopCondition, ...]:
    return tuple(
        StopCondition(
            check=PlannedStep(id=f"alarm{place}", uses="quiet", params={"name": f"alarm{place}"}),
            then=draw(st.sampled_from(list(OnStop))),
        )
        for place in range(draw(st.sampled_from([0, 0, 0, 0, 0, 1, 2])))
    )


_LOOK = PlannedStep(id="look", uses="quiet", params={"name": "siren"}, marks=Mark.VERIFIED)
"""What has to stay quiet in the sustain window."""
_PLACES = st.integers(0, 11)
_KINDS = [*OrderKind, OrderKind.RETRY, OrderKind.RETRY, OrderKind.SKIP, OrderKind.APPROVE, OrderKind.ABORT]
_TOLD = st.builds(Told, st.sampled_from(_KINDS), _PLACES, st.booleans())
_DRIVES = st.builds(
    Drive,
    gone=st.sampled_from(["", "", *GONE, *GONE]),
    gone_at=st.integers(1, 14),
    coming=st.lists(st.tuples(st.integers(0, 20), _TOLD), max_size=4).map(tuple),
    ignores=st.booleans(),
    approve=st.sampled_from([None, None, Approve.ASK, Approve.AUTO]),
    answers=st.sampled_from([True, True, True, True, False, None]),
    someone=st.sampled_from([True, True, False]),
    late=st.integers(0, 3),
)
_MEANWHILE = st.builds(
    Meanwhile,
    st.sampled_from([0, 1, 45, 600, -20]),
    st.sampled_from(["", "", "", "", "", "remove", "take", "make"]),
    _PLACES,
)
_TURNS = st.lists(st.one_of(_DRIVES, _DRIVES, st.builds(Command, _TOLD), _MEANWHILE), min_size=1, max_size=7)
_LOOK_TROUBLES = [*FailureKind, *[FailureKind.THROTTLE, FailureKind.UNREACHABLE, FailureKind.EXPIRED] * 4]
_CHANGE_TROUBLES = [kind.value for kind in FailureKind] + [LOST_ANSWER, "throttle", "ambiguous", "state"] * 3 + [BUG]


@st.composite
def scripts(draw: st.DrawFn) -> Script:
    """Plans of up to twenty steps, and everything that can befall them."""
    steps = draw(_steps())
    ids = [step.id for step in steps]
    stops = draw(_stops())
    rings = {
        stop.check.id: (draw(st.sampled_from([10_000, 35, 11, 6, 1, 0])), draw(st.sampled_from([2, 40, 20_000])))
        for stop in stops
    }
    makers = [step.id for step in steps if step.uses == "thing.make"]
    sustain = draw(_seldom_so(1))
    if sustain:
        place = next((place for place, step in enumerate(steps) if step.final), len(steps))
        rings["siren"] = (
            draw(st.sampled_from([10_000, 10_000, 10_000, 10_000, 80, 11])),
            draw(st.sampled_from([40, 20_000])),
        )
        steps.insert(place, _LOOK)
    return Script(
        plan=plan_of(
            *steps,
            stops=stops,
            after_drill=draw(st.sampled_from(list(AfterDrill))),
            sustain=Sustain(lasts=timedelta(minutes=15), checks=("look",), every=timedelta(minutes=5))
            if sustain
            else None,
        ),
        mode=draw(st.sampled_from(list(Mode))),
        approve=draw(st.sampled_from(list(Approve))),
        turns=tuple(draw(_TURNS)),
        foreign=(makers[draw(_PLACES) % len(makers)],) if draw(_seldom_so(9)) and makers else (),
        look_troubles=draw(st.dictionaries(st.integers(1, 60), st.sampled_from(_LOOK_TROUBLES), max_size=4)),
        change_troubles=draw(st.dictionaries(st.integers(1, 15), st.sampled_from(_CHANGE_TROUBLES), max_size=4)),
        meddling=draw(
            st.dictionaries(
                st.integers(1, 60), st.tuples(st.sampled_from(["remove", "take"]), st.sampled_from(ids)), max_size=1
            )
        ),
        rings=rings,
    )


def amendments(plan: Plan) -> dict[str, Plan]:
    """Other texts of the runbook: one that changes nothing, and for each step one that makes it quicker or drops it."""
    texts = {"same": plan}
    for place, step in enumerate(plan.steps):
        if step.uses not in ("ask", "quiet"):
            quicker = replace(step, params={**step.params, "takes": "1s", "refuses": False})
            texts[f"quicker {place}"] = replace(plan, steps=tuple(quicker if s is step else s for s in plan.steps))
        leaf = not any(step.id in other.needs for other in plan.steps) and not step.dormant and step.fallback is None
        if leaf and len(plan.steps) > 1:
            texts[f"without {place}"] = replace(plan, steps=tuple(s for s in plan.steps if s is not step))
    extra = PlannedStep(id="extra", uses="thing.make", params={"name": "extra"}, needs=plan.steps[0].needs)
    mains = [step for step in plan.steps if not step.final]
    finals = [step for step in plan.steps if step.final]
    texts["more"] = replace(plan, steps=(*mains, extra, *finals))
    return texts
