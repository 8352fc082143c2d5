"""Everything about a service that `ecs.redeploy` decides from, in one look. Reads only."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from drctl.actions.ecs.parameters import Params, Seen
from drctl.aws.autoscaling import find_limits
from drctl.aws.ec2 import zones_of_subnets
from drctl.aws.ecs import Service, find_service, list_stopped_tasks
from drctl.aws.elb import healthy_targets
from drctl.aws.secretsmanager import find_secret_arn
from drctl.aws.task_definitions import family_of, find_task_definition
from drctl.ports.action import StepContext


def look(params: Params, ctx: StepContext) -> Seen:
    """The service as it is now, with what its overrides stand for and how its targets are."""
    ecs = ctx.aws.client("ecs", params.region)
    service = find_service(ecs, params.cluster, params.service)
    if service is None:
        return Seen(service=None)
    latest = find_task_definition(ecs, family_of(service.task_definition))
    # Mostly the service runs the newest revision, and then one call tells both.
    serving = latest is not None and latest.arn == service.task_definition
    current = latest if serving else find_task_definition(ecs, service.task_definition)
    return Seen(
        service=service,
        current=current,
        latest=latest if current else None,
        secrets=_secrets(params, ctx),
        healthy=_healthy(service, ctx.aws.client("elbv2", params.region)),
        stopped=list_stopped_tasks(ecs, params.cluster, params.service),
        scaling=find_limits(ctx.aws.client("application-autoscaling", params.region), params.cluster, params.service)
        if params.autoscaling
        else None,
        kept_subnets=_kept_subnets(params, service, ctx),
    )


def _kept_subnets(params: Params, service: Service, ctx: StepContext) -> tuple[str, ...] | None:
    if params.without_zone is None or service.network is None:
        return None
    zones = zones_of_subnets(ctx.aws.client("ec2", params.region), service.network.subnets)
    return tuple(subnet for subnet in service.network.subnets if zones.get(subnet) != params.without_zone)


def _secrets(params: Params, ctx: StepContext) -> Mapping[str, str | None]:
    arns: dict[str, str | None] = {}
    for variable, secret in params.secrets.items():
        if secret.startswith("arn:"):
            arns[variable] = secret
        else:
            # The suffix of a secret's ARN is random, and a replica's ARN has its own Region in it.
            arns[variable] = find_secret_arn(ctx.aws.client("secretsmanager", params.region), secret)
    return arns


def _healthy(service: Service, elb: Any) -> int | None:
    counts = [healthy_targets(elb, group) for group in service.target_groups]
    return min(counts) if counts else None
