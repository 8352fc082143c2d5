"""A catalogue of two actions: one that changes AWS, and one that only looks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from drctl.actions.parameters import CLOSED, Duration, Region, check_params, make_params, params_schema
from drctl.model.decision import Change, Decision, Done
from drctl.model.evidence import Evidence
from drctl.model.past import Past
from drctl.model.values import Json, ValueKind
from drctl.ports.action import ActionSpec, BoundStep, Catalogue, ParamProblem, ParamsInvalid, Permission, StepContext


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """Where to."""

    __pydantic_config__ = CLOSED

    dns_name: str
    weight: int = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class PutParams:
    __pydantic_config__ = CLOSED

    region: Region
    name: str
    targets: tuple[Target, ...] = ()
    patience: Duration = timedelta(minutes=5)
    limit: int | None = None
    dry: bool = False
    labels: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LookParams:
    __pydantic_config__ = CLOSED


class _Base:
    def observe(self, params: Any, ctx: StepContext) -> None:
        return None

    def decide(self, params: Any, seen: None, past: Past) -> Decision:
        return Done("it is there")

    def act(self, params: Any, change: Change, ctx: StepContext) -> Mapping[str, Json]:
        return {}

    def verify(self, params: Any, seen: None, past: Past, ctx: StepContext) -> Evidence:
        return Evidence.of("it is there")

    def decide_undo(self, params: Any, seen: None, past: Past) -> Decision:
        return Done("nothing to undo")


class Put(_Base):
    spec = ActionSpec(
        kind="thing.put",
        summary="Put a thing where it belongs",
        params=PutParams,
        outputs={"version": ValueKind.INTEGER},
        operations=("thing:GetThing", "thing:PutThing"),
        mutating=True,
        irreversible=True,
        recovers_store=True,
        example="- id: put\n  uses: thing.put\n  with: { region: eu-west-1, name: lamp }\n",
    )

    def permissions(self, params: PutParams, region: str, account: str) -> tuple[Permission, ...]:
        return (Permission(("thing:PutThing",), (f"arn:aws:thing:{region}:{account}:{params.name}",)),)


class Look(_Base):
    spec = ActionSpec(kind="wonder", summary="Look around", params=LookParams)

    def permissions(self, params: LookParams, region: str, account: str) -> tuple[Permission, ...]:
        return ()


class SmallCatalogue(Catalogue):
    def __init__(self) -> None:
        self._actions: Mapping[str, Put | Look] = {"thing.put": Put(), "wonder": Look()}

    def kinds(self) -> tuple[str, ...]:
        return tuple(sorted(self._actions))

    def spec(self, kind: str) -> ActionSpec | None:
        return self._actions[kind].spec if kind in self._actions else None

    def schema(self, kind: str) -> Mapping[str, Json]:
        return params_schema(self._actions[kind].spec.params)

    def check(self, kind: str, params: Mapping[str, Json]) -> tuple[ParamProblem, ...]:
        return check_params(self._actions[kind].spec.params, params)

    def bind(self, kind: str, params: Mapping[str, Json]) -> BoundStep:
        if problems := self.check(kind, params):
            raise ParamsInvalid(kind, problems)
        return BoundStep(self._actions[kind], make_params(self._actions[kind].spec.params, params))
