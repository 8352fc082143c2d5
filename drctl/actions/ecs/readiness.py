"""Whether a service can be redeployed at all, before anything is changed. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from drctl.actions.ecs.parameters import Params, Seen
from drctl.actions.ecs.task_definition import Overrides, Revision, containers_of, wanted_revision
from drctl.aws.ecs import Service, short_name
from drctl.aws.task_definitions import TaskDefinition
from drctl.model.decision import Refuse


@dataclass(frozen=True, slots=True, kw_only=True)
class Ready:
    """What there is to work with."""

    service: Service
    revision: Revision
    least_healthy: int


def judge_readiness(params: Params, seen: Seen) -> Ready | Refuse:
    """What there is to work with, or the first reason why nothing can be done."""
    where = f"{params.service} in {params.cluster} of {params.region}"
    service = seen.service
    if service is None:
        return Refuse(f"there is no service {where}", "it has to be there before a disaster; create it first")
    if service.status != "ACTIVE":
        return Refuse(f"the service {where} is {service.status!r}", "create it again; ECS does not bring it back")
    if service.controller != "ECS":
        because = f"the service {where} is deployed by {service.controller}, not by ECS itself"
        return Refuse(because, "deploy it with the tool that does")
    if (stranded := _stranded(params, seen, service)) is not None:
        return stranded
    if isinstance(overrides := _overrides(params, seen), Refuse):
        return overrides
    if isinstance(current := _current(params, seen, service), Refuse):
        return current
    if isinstance(least_healthy := _least_healthy(params, seen), Refuse):
        return least_healthy
    revision = wanted_revision(current, seen.latest, overrides)
    return Ready(service=service, revision=revision, least_healthy=least_healthy)


def _stranded(params: Params, seen: Seen, service: Service) -> Refuse | None:
    """Why no zone can be left out; None where it can, or where none is."""
    if params.without_zone is None:
        return None
    if service.network is None:
        return Refuse(f"tasks of {service.name} have no subnets of their own", "leave `without_zone` out")
    if not seen.kept_subnets:
        because = f"every subnet of {service.name} is in {params.without_zone}"
        return Refuse(because, "give the service a subnet in another Availability Zone")
    return None


def _overrides(params: Params, seen: Seen) -> Overrides | Refuse:
    if absent := sorted(params.secrets[variable] for variable, arn in seen.secrets.items() if arn is None):
        return Refuse(
            f"{params.region} has no secret {', '.join(absent)}",
            "no task would start without; replicate it to this Region",
        )
    arns = {variable: arn for variable, arn in seen.secrets.items() if arn is not None}
    # secretsmanager and ssm ARNs both name their Region in the fourth place.
    if foreign := sorted(arn for arn in arns.values() if arn.split(":")[3] != params.region):
        return Refuse(f"{', '.join(foreign)} is not in {params.region}", "a task must not need the Region that is lost")
    return Overrides(container=params.container, environment=params.environment, secrets=arns, image=params.image)


def _current(params: Params, seen: Seen, service: Service) -> TaskDefinition | Refuse:
    current = seen.current
    if current is None:
        used = short_name(service.task_definition)
        return Refuse(f"{used}, which {service.name} uses, is not there", "register it again, and have it used")
    if params.container not in containers_of(current):
        there = ", ".join(containers_of(current))
        return Refuse(f"{short_name(current.arn)} has no container {params.container!r}", f"it has: {there}")
    return current


def _least_healthy(params: Params, seen: Seen) -> int | Refuse:
    wanted = params.min_healthy_targets
    if wanted is None:
        return params.desired_count if seen.healthy is not None else 0
    if wanted and seen.healthy is None:
        return Refuse(f"{params.service} is behind no load balancer", "leave `min_healthy_targets` out")
    if wanted > params.desired_count:
        because = f"{params.desired_count} tasks never make {wanted} healthy targets"
        return Refuse(because, "raise `desired_count`, or lower `min_healthy_targets`")
    return wanted
