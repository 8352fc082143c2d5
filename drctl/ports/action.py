"""The contract every action keeps.

An action has no clock, no journal and no loop, because it is given none. Nothing in
it blocks or sleeps; every call may be repeated. `observe` only reads. `decide` and
`decide_undo` are pure. `act` makes the one call that a `Change` names.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Protocol, TypeVar

from drctl.model.decision import Change, Decision
from drctl.model.evidence import Evidence
from drctl.model.inventory import EXPIRY_TAG as EXPIRY_TAG
from drctl.model.inventory import MODE_TAG as MODE_TAG
from drctl.model.inventory import OWNER_TAG as OWNER_TAG
from drctl.model.past import Past
from drctl.model.values import Json, ValueKind
from drctl.ports.approvals import Answer
from drctl.ports.aws import AwsClients
from drctl.ports.probes import Probes
from drctl.ports.programs import Programs

P = TypeVar("P", contravariant=True)
S = TypeVar("S")


@dataclass(frozen=True, slots=True)
class PermissionCondition:
    """What a permission is limited to, as an element of IAM's `Condition`."""

    operator: str
    """IAM's name, such as StringEquals."""
    key: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Permission:
    """IAM actions that a step needs on resources; the source of its generated policy."""

    actions: tuple[str, ...]
    resources: tuple[str, ...] = ("*",)
    why: str = ""
    conditions: tuple[PermissionCondition, ...] = ()
    """All of them hold for whatever the step asks for."""


FOR_AWS_ONLY = (PermissionCondition("Bool", "kms:GrantIsForAWSResource", ("true",)),)
"""For kms:CreateGrant: a service may be let use the key, and nobody else (AWS KMS, "Condition keys for AWS KMS")."""


def by_service(service: str, *regions: str) -> tuple[PermissionCondition, ...]:
    """For the use of a key: by that service, such as `rds`, in its caller's name, and not by the caller itself."""
    operator = "StringLike" if any("*" in region for region in regions) else "StringEquals"
    ways = tuple(dict.fromkeys(f"{service}.{region}.amazonaws.com" for region in regions))
    return (PermissionCondition(operator, "kms:ViaService", ways),)


def passed_to(service: str) -> tuple[PermissionCondition, ...]:
    """For iam:PassRole: the role may be given to that service, such as ecs-tasks.amazonaws.com, and to no other."""
    return (PermissionCondition("StringEquals", "iam:PassedToService", (service,)),)


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionSpec:
    """What is known of an action without running it."""

    kind: str
    """Its name in a runbook: `rds.restore_snapshot`."""
    summary: str
    params: type[Any]
    """A frozen dataclass; its fields are the keys of `with:`."""
    outputs: Mapping[str, ValueKind] = field(default_factory=dict)
    expect: timedelta = timedelta(minutes=1)
    deadline: timedelta = timedelta(minutes=30)
    operations: tuple[str, ...] = ()
    """Every AWS call it may make, as `service:Operation` in boto3's names: `rds:DescribeDBInstances`."""
    flips: tuple[str, ...] = ()
    """Those of `operations` whose `Change` is a flip: repeated, they would change things again."""
    mutating: bool = False
    irreversible: bool = False
    irreversible_with: str = ""
    """The parameter with which it is irreversible, where without it is not."""
    asks_person: bool = False
    """Whether it waits for a person's answer (`StepContext.answer`); its parameters have `role` and `shows`, and
    may have `approvers`."""
    recovers_store: bool = False
    """Whether its evidence can carry a recovery point."""
    poll_least: timedelta = timedelta(seconds=5)
    poll_most: timedelta = timedelta(seconds=30)
    example: str = ""
    """A step in YAML that validates."""

    def is_irreversible(self, given: Mapping[str, object]) -> bool:
        """Whether a step with these parameters cannot be undone."""
        return self.irreversible or given.get(self.irreversible_with) is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class StepContext:
    """All an action may touch: who is asking, AWS in the step's account, probes, programs, and people's answers."""

    run: str
    step: str
    aws: AwsClients
    probes: Probes
    programs: Programs
    tags: Mapping[str, str] = field(default_factory=dict)
    """Goes on everything the step creates, in the create call; `drctl:run-id` among them."""
    token: str = ""
    """The same for every attempt of this step and epoch: for calls that take a client token."""
    answer: Answer | None = None
    """What a person has answered to this step, where it asks one."""
    epoch: int = 1
    item: Json = None
    settings: Mapping[str, Json] = field(default_factory=dict)


class Action(Protocol[P, S]):
    """One kind of step."""

    @property
    def spec(self) -> ActionSpec: ...

    def observe(self, params: P, ctx: StepContext) -> S:
        """What the world looks like. Reads only; AccessDenied passes through and is never read as absent."""

    def decide(self, params: P, seen: S, past: Past) -> Decision:
        """What is needed for the world to be as the step wants it. Pure."""

    def act(self, params: P, change: Change, ctx: StepContext) -> Mapping[str, Json]:
        """Make the one call that `change` names, forwards or backwards; the facts returned are journaled."""

    def verify(self, params: P, seen: S, past: Past, ctx: StepContext) -> Evidence:
        """Whether the effect is there, as far from the provider's own word as the step can look. Reads only."""

    def decide_undo(self, params: P, seen: S, past: Past) -> Decision:
        """What is needed for the world to be as it was before. Touches only what this run owns. Pure."""

    def permissions(self, params: P, region: str, account: str) -> tuple[Permission, ...]:
        """The IAM permissions that this step needs, as narrow as its parameters allow."""


@dataclass(frozen=True, slots=True)
class BoundStep:
    """An action together with its parameters."""

    action: Action[Any, Any]
    params: Any


@dataclass(frozen=True, slots=True)
class ParamProblem:
    """One thing that is wrong with parameters: the path inside `with:`, what is wrong, what was meant."""

    path: tuple[str | int, ...]
    message: str
    suggestion: str | None = None


class ParamsInvalid(Exception):
    """Resolved parameters that the action does not take."""

    def __init__(self, kind: str, problems: tuple[ParamProblem, ...]) -> None:
        told = "; ".join(f"{'.'.join(map(str, p.path)) or 'with'}: {p.message}" for p in problems)
        super().__init__(f"{kind}: {told}")
        self.problems = problems


@dataclass(frozen=True, slots=True)
class Origin:
    """The installed package that an action comes from."""

    distribution: str
    version: str
    entry_point: str
    """What it names in that package, as `module:attribute`."""

    def __str__(self) -> str:
        return f"{self.distribution} {self.version}".strip()


class Catalogue(Protocol):
    """The actions there are."""

    def kinds(self) -> tuple[str, ...]:
        """Every action's name, sorted."""

    def spec(self, kind: str) -> ActionSpec | None:
        """What is known of an action; None where there is none of that name, or where it has a `fault`."""

    def origin(self, kind: str) -> Origin | None:
        """The installed package that an action comes from; None for drctl's own."""
        return None

    def fault(self, kind: str) -> str | None:
        """Why an action that `kinds` names cannot be used; None where it can."""
        return None

    def schema(self, kind: str) -> Mapping[str, Json]:
        """The JSON Schema of the action's `with:`."""

    def check(self, kind: str, params: Mapping[str, Json]) -> tuple[ParamProblem, ...]:
        """What is wrong with `params` for that action; nothing where it takes them."""

    def bind(self, kind: str, params: Mapping[str, Json]) -> BoundStep:
        """The action with its parameters; raises ParamsInvalid where they are not what it takes."""
