"""A catalogue of actions as runbooks use them: real parameters, nothing behind them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Annotated, Any, Literal

from pydantic import Field

from drctl.actions.beacons.read import ReadBeacon
from drctl.actions.parameters import CLOSED, Duration, Instant, Region, check_params, make_params, params_schema
from drctl.model.decision import Change, Decision, Done
from drctl.model.evidence import Evidence
from drctl.model.past import Past
from drctl.model.values import Json, ValueKind
from drctl.ports.action import ActionSpec, BoundStep, Catalogue, ParamProblem, ParamsInvalid, Permission, StepContext


@dataclass(frozen=True, slots=True, kw_only=True)
class Find:
    __pydantic_config__ = CLOSED

    region: Region
    source: str
    before: Instant | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Restore:
    __pydantic_config__ = CLOSED

    region: Region
    instance: Annotated[str, Field(pattern=r"^[a-z](-?[a-z0-9])*$")]
    snapshot: str
    multi_az: bool = True
    retention_days: int = 7
    security_groups: tuple[str, ...] = ()
    size: Literal["small", "large"] = "small"


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    __pydantic_config__ = CLOSED

    min: int
    max: int

    def __post_init__(self) -> None:
        if self.min > self.max:
            raise ValueError("`min` is above `max`")


@dataclass(frozen=True, slots=True, kw_only=True)
class Deploy:
    __pydantic_config__ = CLOSED

    region: Region
    service: str
    desired_count: int
    environment: Mapping[str, str] = field(default_factory=dict)
    limits: Limits | None = None
    ports: tuple[int, ...] = ()
    image: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Alias:
    __pydantic_config__ = CLOSED

    dns_name: str
    zone_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    __pydantic_config__ = CLOSED

    name: str
    values: tuple[str, ...] = ()
    alias: Alias | None = None

    def __post_init__(self) -> None:
        if bool(self.values) == (self.alias is not None):
            raise ValueError("give either `values` or `alias`")


@dataclass(frozen=True, slots=True, kw_only=True)
class Switch:
    __pydantic_config__ = CLOSED

    zone: str
    records: tuple[Record, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    __pydantic_config__ = CLOSED

    role: str
    shows: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Wait:
    __pydantic_config__ = CLOSED

    duration: Duration


@dataclass(frozen=True, slots=True, kw_only=True)
class Erase:
    __pydantic_config__ = CLOSED

    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    __pydantic_config__ = CLOSED

    url: str
    status: int = 200
    consecutive: int = 1
    expected: str | tuple[str, ...] | None = None


_SPECS = (
    ReadBeacon.spec,
    ActionSpec(
        kind="db.find",
        summary="Find a recovery point",
        params=Find,
        outputs={"snapshot": ValueKind.STRING, "at": ValueKind.TIMESTAMP, "storage_gb": ValueKind.INTEGER},
    ),
    ActionSpec(
        kind="db.restore",
        summary="Restore a database",
        params=Restore,
        outputs={"endpoint": ValueKind.STRING, "port": ValueKind.INTEGER},
        expect=timedelta(minutes=15),
        deadline=timedelta(minutes=45),
        mutating=True,
        recovers_store=True,
    ),
    ActionSpec(
        kind="db.clone",
        summary="Make a database from a replica",
        params=Restore,
        outputs={"endpoint": ValueKind.STRING},
        mutating=True,
        recovers_store=True,
    ),
    ActionSpec(
        kind="app.deploy",
        summary="Run a service",
        params=Deploy,
        outputs={"running": ValueKind.INTEGER, "tasks": ValueKind.LIST},
        mutating=True,
    ),
    ActionSpec(
        kind="dns.switch",
        summary="Point names elsewhere",
        params=Switch,
        outputs={"change": ValueKind.STRING},
        mutating=True,
    ),
    ActionSpec(kind="store.erase", summary="Erase a store", params=Erase, mutating=True, irreversible=True),
    ActionSpec(
        kind="approval",
        summary="Ask a person",
        params=Ask,
        outputs={"approver": ValueKind.STRING},
        asks_person=True,
    ),
    ActionSpec(
        kind="check.http",
        summary="Ask over HTTP",
        params=Check,
        outputs={"latency_ms": ValueKind.INTEGER, "healthy": ValueKind.BOOLEAN},
    ),
    ActionSpec(kind="wait", summary="Let time pass", params=Wait),
)


@dataclass(frozen=True, slots=True)
class NothingBehind:
    """An action that finds everything done."""

    spec: ActionSpec

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

    def permissions(self, params: Any, region: str, account: str) -> tuple[Permission, ...]:
        return ()


class RunbookCatalogue(Catalogue):
    def __init__(self) -> None:
        self._specs = {spec.kind: spec for spec in _SPECS}

    def kinds(self) -> tuple[str, ...]:
        return tuple(sorted(self._specs))

    def spec(self, kind: str) -> ActionSpec | None:
        return self._specs.get(kind)

    def schema(self, kind: str) -> Mapping[str, Json]:
        return params_schema(self._specs[kind].params)

    def check(self, kind: str, params: Mapping[str, Json]) -> tuple[ParamProblem, ...]:
        return check_params(self._specs[kind].params, params)

    def bind(self, kind: str, params: Mapping[str, Json]) -> BoundStep:
        if problems := self.check(kind, params):
            raise ParamsInvalid(kind, problems)
        return BoundStep(NothingBehind(self._specs[kind]), make_params(self._specs[kind].params, params))
