"""Check that enough targets behind a load balancer answer their health checks, several times in a row."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Annotated

from pydantic import Field

from drctl.actions.checks.target_counts import ailments, count_healthy, count_unhealthy, unknown_states
from drctl.actions.parameters import CLOSED, Duration, Region
from drctl.actions.read_only import ReadOnly
from drctl.aws.ecs import find_service
from drctl.aws.targets import Target, find_target_group, list_targets, name_of
from drctl.model.decision import Decision, Done, Refuse, Wait
from drctl.model.evidence import Evidence
from drctl.model.past import Past
from drctl.model.values import ValueKind
from drctl.ports.action import ActionSpec, Permission, StepContext


@dataclass(frozen=True, slots=True, kw_only=True)
class OfService:
    __pydantic_config__ = CLOSED

    cluster: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Params:
    __pydantic_config__ = CLOSED

    region: Region
    target_group: Annotated[str, Field(pattern=r"^[A-Za-z0-9-]{1,32}$")] | None = None
    """A target group's name. Either this or `service`."""
    load_balancer: str | None = None
    """The load balancer that has to send it requests: a group behind another one proves nothing."""
    service: OfService | None = None
    """An ECS service, all of whose target groups are looked at."""
    healthy: Annotated[int, Field(ge=1, le=1000)]
    """How many targets have to be healthy, in each group."""
    none_unhealthy: bool = False
    """Whether a target that fails its checks is one too many, however many others are healthy."""
    consecutive: Annotated[int, Field(ge=1, le=100)] = 3
    every: Duration = timedelta(seconds=20)

    def __post_init__(self) -> None:
        if (self.target_group is None) == (self.service is None):
            raise ValueError("needs either `target_group` or `service`")
        if self.load_balancer is not None and self.target_group is None:
            raise ValueError("`load_balancer` says where a `target_group` belongs; a `service` knows its own")


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    groups: Mapping[str, tuple[Target, ...]] = field(default_factory=dict)
    """Target group's name → its targets."""
    missing: str = ""
    """What was looked for and is not there; empty where all is."""


class CheckTargets(ReadOnly):
    """Holds once `healthy` targets of every group were healthy in `consecutive` looks, `every` apart.

    States: Elastic Load Balancing API Reference, TargetHealth.
    """

    spec = ActionSpec(
        kind="check.targets",
        summary="Check that enough targets behind a load balancer are healthy",
        params=Params,
        outputs={"healthy": ValueKind.INTEGER, "targets": ValueKind.INTEGER},
        expect=timedelta(minutes=1),
        deadline=timedelta(minutes=15),
        operations=("elbv2:DescribeTargetGroups", "elbv2:DescribeTargetHealth", "ecs:DescribeServices"),
        example="""\
- id: targets-answer
  uses: check.targets
  with:
    region: eu-west-1
    load_balancer: amply-prod
    target_group: amply-api
    healthy: 2
""",
    )

    def observe(self, params: Params, ctx: StepContext) -> Seen:
        elb = ctx.aws.client("elbv2", params.region)
        if params.service is not None:
            cluster, name = params.service.cluster, params.service.name
            service = find_service(ctx.aws.client("ecs", params.region), cluster, name)
            if service is None:
                return Seen(missing=f"there is no service {name} in {cluster} of {params.region}")
            if not service.target_groups:
                return Seen(missing=f"the service {name} in {params.region} is behind no load balancer")
            return Seen(groups={name_of(arn): list_targets(elb, arn) for arn in service.target_groups})
        group = find_target_group(elb, str(params.target_group))
        if group is None:
            return Seen(missing=f"there is no target group {params.target_group} in {params.region}")
        if params.load_balancer is not None and params.load_balancer not in group.load_balancers:
            behind = ", ".join(group.load_balancers) or "no load balancer"
            return Seen(missing=f"{group.name} is behind {behind}, not behind {params.load_balancer}")
        return Seen(groups={group.name: list_targets(elb, group.arn)})

    def decide(self, params: Params, seen: Seen, past: Past) -> Decision:
        if seen.missing:
            return Refuse(seen.missing, f"name what is there; then: drctl resume {past.run}")
        for name, targets in seen.groups.items():
            if unknown := unknown_states(targets):
                told = ", ".join(repr(state) for state in unknown)
                return Refuse(f"targets of {name} are {told}, which drctl does not know", "look at the target group")
            ails = ailments(targets)
            healthy = count_healthy(targets)
            if healthy < params.healthy:
                told = f"{healthy} are{f', {ails}' if ails else ''}"
                return Wait(f"{params.healthy} targets of {name} to be healthy; {told}", again_in=params.every)
            if params.none_unhealthy and count_unhealthy(targets):
                return Wait(f"no target of {name} to be unhealthy; {healthy} are healthy, {ails}", params.every)
        return Done(_told(seen), looks=params.consecutive, apart=params.every)

    def verify(self, params: Params, seen: Seen, past: Past, ctx: StepContext) -> Evidence:
        # The look that was just judged is the evidence; asking once more would only show another one.
        times = f", {params.consecutive} times in a row" if params.consecutive > 1 else ""
        return Evidence.of(
            f"{_told(seen)}{times}",
            outputs={
                "healthy": min((count_healthy(targets) for targets in seen.groups.values()), default=0),
                "targets": sum(len(targets) for targets in seen.groups.values()),
            },
        )

    def permissions(self, params: Params, region: str, account: str) -> tuple[Permission, ...]:
        # ELB knows no permission on single target groups for looking at them.
        looks = ("elasticloadbalancing:DescribeTargetGroups", "elasticloadbalancing:DescribeTargetHealth")
        if params.service is None:
            return (Permission(looks, why="see which targets are healthy"),)
        name = f"{params.service.cluster}/{params.service.name}"
        service = f"arn:aws:ecs:{params.region}:{account}:service/{name}"
        return (
            Permission(("ecs:DescribeServices",), (service,), "find its target groups"),
            Permission(looks[1:], why="see which targets are healthy"),
        )


def _told(seen: Seen) -> str:
    return "; ".join(
        f"{count_healthy(targets)} of {len(targets)} targets of {name} are healthy"
        + (f", {ails}" if (ails := ailments(targets)) else "")
        for name, targets in seen.groups.items()
    )
