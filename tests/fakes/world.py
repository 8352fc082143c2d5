"""A small world with things in it that take time to make, and the actions that make them.

It is to the engine what AWS is: it answers late, refuses, loses answers, and keeps
count of every change, so that a test can say that none was doubled.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from drctl.model.decision import Change, Decision, Done, Refuse, Wait
from drctl.model.duration import parse_duration
from drctl.model.evidence import Evidence, RecoveryPoint
from drctl.model.failure import CallFailure, FailureKind
from drctl.model.past import Past
from drctl.model.values import Json, ValueKind
from drctl.ports.action import ActionSpec, BoundStep, Catalogue, ParamProblem, ParamsInvalid, Permission, StepContext
from drctl.ports.aws import AwsCall
from drctl.ports.clock import Clock
from tests.fakes.journal import PowerCut


class WorldError(Exception):
    def __init__(self, kind: FailureKind) -> None:
        super().__init__(kind.value)
        self.kind = kind


@dataclass
class Thing:
    owner: str
    ready_at: datetime
    flips: int = 0


@dataclass
class World:
    """Things by name. `faults` are used up by changes, `look_faults` by looks, in order."""

    clock: Clock
    things: dict[str, Thing] = field(default_factory=dict)
    made: Counter[str] = field(default_factory=Counter)
    removed: Counter[str] = field(default_factory=Counter)
    order: list[str] = field(default_factory=list)
    faults: deque[str] = field(default_factory=deque)
    look_faults: deque[FailureKind] = field(default_factory=deque)
    calls: list[AwsCall] = field(default_factory=list)
    cut_at_call: int | None = None
    cut_when: str = "before"
    writes: int = 0
    heard: list[datetime] = field(default_factory=list)
    """When `quiet` has listened."""

    def look(self, name: str) -> Thing | None:
        if self.look_faults:
            raise WorldError(self.look_faults.popleft())
        return self.things.get(name)

    def change(self, name: str, happens: Any) -> None:
        self.writes += 1
        cut = self.writes == self.cut_at_call
        if cut and self.cut_when == "before":
            raise PowerCut
        fault = self.faults.popleft() if self.faults else ""
        if fault and fault != "lost-answer":
            raise WorldError(FailureKind(fault))
        happens()
        if cut:
            raise PowerCut
        if fault == "lost-answer":
            raise WorldError(FailureKind.AMBIGUOUS)

    # the AwsAccess and AwsClients ports, as far as an engine needs them
    def for_account(self, account: str | None, step: str | None = None) -> World:
        return self

    def client(self, service: str, region: str, *, flip: bool = False, endpoint: str | None = None) -> Any:
        raise NotImplementedError

    def account_id(self) -> str:
        return "111111111111"

    def recorded_calls(self) -> tuple[AwsCall, ...]:
        calls, self.calls = tuple(self.calls), []
        return calls

    def without_secrets(self, text: str) -> str:
        return text

    def classify(self, error: Exception) -> CallFailure | None:
        if isinstance(error, WorldError):
            return CallFailure(error.kind, error.kind.value, "said the world", "things", "Make", "eu-west-1")
        return None


@dataclass(frozen=True, kw_only=True)
class ThingParams:
    name: str
    takes: str = "0s"
    settles: str = "15s"
    """For how long a change may not show."""
    uses: Json = None
    refuses: bool = False
    unread: bool = False
    """Whether nobody can tell its recovery point."""
    region: str = "eu-west-1"


class MakeThing:
    """`thing.make`: there once and ready; undo removes it."""

    def __init__(self, world: World, kind: str = "thing.make", *, flip: bool = False) -> None:
        self.world, self.flip = world, flip
        self.spec = ActionSpec(
            kind=kind,
            summary="make a thing",
            params=ThingParams,
            outputs={"name": ValueKind.STRING},
            recovers_store=True,
            mutating=True,
        )

    def observe(self, params: ThingParams, ctx: StepContext) -> Thing | None:
        self.world.calls.append(AwsCall("things", "DescribeThings", params.region))
        return self.world.look(params.name)

    def decide(self, params: ThingParams, seen: Thing | None, past: Past) -> Decision:
        if params.refuses:
            return Refuse("told to refuse", "tell it otherwise")
        if seen is None or (self.flip and not seen.flips):
            name = "flip" if self.flip else "make"
            return Change(
                name=name,
                summary=f"{name} {params.name}",
                operation="things:Make",
                target=params.name,
                flip=self.flip,
                settle=parse_duration(params.settles),
            )
        if seen.owner != past.run and not past.adopt:
            return Refuse(f"{params.name} belongs to {seen.owner}", "choose another name")
        if seen.ready_at > self.world.clock.now():
            return Wait(f"{params.name} to be ready")
        return Done(f"{params.name} is ready")

    def act(self, params: ThingParams, change: Change, ctx: StepContext) -> Mapping[str, Json]:
        def make() -> None:
            self.world.made[params.name] += 1
            self.world.order.append(f"make {params.name}")
            ready = self.world.clock.now() + parse_duration(params.takes)
            thing = self.world.things.setdefault(params.name, Thing(ctx.run, ready))
            thing.flips += 1

        def remove() -> None:
            self.world.removed[params.name] += 1
            self.world.order.append(f"remove {params.name}")
            self.world.things.pop(params.name, None)

        self.world.change(params.name, remove if change.name == "remove" else make)
        return {"accepted": True}

    def verify(self, params: ThingParams, seen: Thing | None, past: Past, ctx: StepContext) -> Evidence:
        assert seen is not None
        point = None if params.unread else RecoveryPoint(seen.ready_at - timedelta(minutes=1), "made up")
        return Evidence.of(f"{params.name} is there", outputs={"name": params.name}, recovery_point=point)

    def decide_undo(self, params: ThingParams, seen: Thing | None, past: Past) -> Decision:
        if seen is None:
            return Done(f"{params.name} is gone")
        if seen.owner != past.run:
            return Refuse(f"{params.name} is not ours")
        return Change(
            name="remove",
            summary=f"remove {params.name}",
            operation="things:Remove",
            target=params.name,
            settle=parse_duration(params.settles),
        )

    def permissions(self, params: ThingParams, region: str, account: str) -> tuple[Permission, ...]:
        return ()


@dataclass(frozen=True, kw_only=True)
class AskParams:
    role: str
    shows: tuple[str, ...] = ()
    approvers: int = 1


class Ask:
    """`ask`: a person's answer."""

    spec = ActionSpec(kind="ask", summary="ask", params=AskParams, asks_person=True)

    def observe(self, params: AskParams, ctx: StepContext) -> Any:
        return ctx.answer

    def decide(self, params: AskParams, seen: Any, past: Past) -> Decision:
        return Done(f"approved by {seen.by}") if seen.approved else Refuse(f"rejected by {seen.by}")

    def act(self, params: AskParams, change: Change, ctx: StepContext) -> Mapping[str, Json]:
        raise AssertionError("there is nothing to do")

    def verify(self, params: AskParams, seen: Any, past: Past, ctx: StepContext) -> Evidence:
        return Evidence.of(f"approved by {seen.by}")

    def decide_undo(self, params: AskParams, seen: Any, past: Past) -> Decision:
        return Done("there is nothing to undo")

    def permissions(self, params: AskParams, region: str, account: str) -> tuple[Permission, ...]:
        return ()


@dataclass(frozen=True, kw_only=True)
class QuietParams:
    name: str


class Quiet:
    """`quiet`: holds for as long as no thing of that name is there."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.spec = ActionSpec(kind="quiet", summary="hear nothing", params=QuietParams)

    def observe(self, params: QuietParams, ctx: StepContext) -> bool:
        self.world.heard.append(self.world.clock.now())
        return self.world.look(params.name) is None

    def decide(self, params: QuietParams, seen: bool, past: Past) -> Decision:
        return Done("it is quiet") if seen else Refuse(f"{params.name} is heard")

    def act(self, params: QuietParams, change: Change, ctx: StepContext) -> Mapping[str, Json]:
        raise AssertionError("there is nothing to do")

    def verify(self, params: QuietParams, seen: bool, past: Past, ctx: StepContext) -> Evidence:
        return Evidence.of("it is quiet")

    def decide_undo(self, params: QuietParams, seen: bool, past: Past) -> Decision:
        return Done("there is nothing to undo")

    def permissions(self, params: QuietParams, region: str, account: str) -> tuple[Permission, ...]:
        return ()


class WorldCatalogue(Catalogue):
    """`thing.make`, `thing.flip`, `quiet` and `ask`."""

    def __init__(self, world: World) -> None:
        self._actions: dict[str, Any] = {
            "thing.make": MakeThing(world),
            "thing.flip": MakeThing(world, "thing.flip", flip=True),
            "ask": Ask(),
            "quiet": Quiet(world),
        }

    def kinds(self) -> tuple[str, ...]:
        return tuple(sorted(self._actions))

    def spec(self, kind: str) -> ActionSpec | None:
        return self._actions[kind].spec if kind in self._actions else None

    def schema(self, kind: str) -> Mapping[str, Json]:
        return {}

    def check(self, kind: str, params: Mapping[str, Json]) -> tuple[ParamProblem, ...]:
        return ()

    def bind(self, kind: str, params: Mapping[str, Json]) -> BoundStep:
        action = self._actions[kind]
        try:
            return BoundStep(action, action.spec.params(**params))
        except TypeError as error:
            raise ParamsInvalid(kind, (ParamProblem((), str(error)),)) from error
