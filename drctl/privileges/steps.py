"""What the steps of a plan need of IAM, account by account."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from drctl.model.plan import Plan, PlannedStep
from drctl.model.reference import Reference
from drctl.model.resolve import Unrecorded
from drctl.model.values import Json
from drctl.ports.action import Catalogue, Permission, PermissionCondition
from drctl.privileges.place import Place
from drctl.privileges.unknown import Lookup, NeverFits, bound_with_marks, without_marks

NEEDS_NO_PERMISSION = frozenset({"sts:GetCallerIdentity"})
"""What IAM lets everybody do (AWS STS API Reference, GetCallerIdentity)."""


@dataclass(frozen=True, slots=True)
class Need:
    """One IAM action on resources, under conditions."""

    action: str
    resources: tuple[str, ...]
    conditions: tuple[PermissionCondition, ...] = ()

    @property
    def service(self) -> str:
        return self.action.partition(":")[0]


def needs_of(plan: Plan, catalogue: Catalogue, place: Place) -> Mapping[str, tuple[Need, ...]]:
    """By the names of the accounts, what every step of `plan` needs, and what guards it.

    Steps of `finally`, fallbacks and stop conditions are among them, and what undoing takes. Raises NeverFits.
    """
    found: dict[str, list[Need]] = {}
    for step in (*plan.steps, *(stop.check for stop in plan.stops)):
        account = step.account or place.default_account
        for permission in permissions_of(step, plan, catalogue, place.accounts[account]):
            found.setdefault(account, []).extend(_needs(permission))
    for account, _ in place.alarms:
        # Describing takes every alarm or none where composite ones are asked for (CloudWatch API, DescribeAlarms).
        found.setdefault(account, []).append(Need("cloudwatch:DescribeAlarms", ("*",)))
    for account in {*found, place.default_account}:
        for permission in place.besides.get(account, ()):
            found.setdefault(account, []).extend(_needs(permission))
    return {account: tuple(needs) for account, needs in found.items()}


def permissions_of(step: PlannedStep, plan: Plan, catalogue: Catalogue, account: str) -> tuple[Permission, ...]:
    """What `step` needs in the account of that id, with `*` for what only the run will know. Raises NeverFits."""
    try:
        bound = bound_with_marks(catalogue, step.uses, step.params, _known_before(step, plan))
    except NeverFits as never:
        raise NeverFits(str(never), step.id) from never
    region = getattr(bound.params, "region", None) or "*"
    return tuple(
        replace(
            permission,
            resources=tuple(dict.fromkeys(map(without_marks, permission.resources))),
            conditions=tuple(_without_marks(condition) for condition in permission.conditions),
        )
        for permission in bound.action.permissions(bound.params, str(region), account)
    )


def looked_at_in(plan: Plan, catalogue: Catalogue) -> frozenset[str]:
    """The Regions that steps which change nothing name: one may look where nothing may be changed."""
    found = set()
    for step in (*plan.steps, *(stop.check for stop in plan.stops)):
        spec = catalogue.spec(step.uses)
        region = step.params.get("region")
        if spec is not None and not spec.mutating and isinstance(region, str):
            found.add(region)
    return frozenset(found)


def _needs(permission: Permission) -> Iterator[Need]:
    for action in permission.actions:
        if action not in NEEDS_NO_PERMISSION:
            yield Need(action, permission.resources, permission.conditions)


def _without_marks(condition: PermissionCondition) -> PermissionCondition:
    values = tuple(without_marks(value) for value in condition.values)
    if values == condition.values:
        return condition
    # Only the operators that match patterns read `*` as one.
    return replace(condition, operator=condition.operator.replace("StringEquals", "StringLike"), values=values)


def _known_before(step: PlannedStep, plan: Plan) -> Lookup:
    def lookup(reference: Reference) -> Json:
        scopes: Mapping[str, Json] = {"inputs": plan.inputs, "env": plan.variables, "item": step.item}
        if reference.scope not in scopes:
            raise Unrecorded(reference)
        value = scopes[reference.scope]
        for part in reference.path:
            if not isinstance(value, Mapping) or part not in value:
                raise Unrecorded(reference)
            value = value[part]
        return value

    return lookup
