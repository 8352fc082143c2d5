"""What the application runs on: its services, the images that they start, and the load balancers before them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from drctl.actions.readiness.facts import Fact, told
from drctl.actions.readiness.params import Params
from drctl.aws.denied import Denied, look
from drctl.aws.ec2 import free_addresses
from drctl.aws.ecr import has_image, parse_reference
from drctl.aws.ecs import Service, find_cluster, find_service
from drctl.aws.elb import LoadBalancer, find_load_balancer
from drctl.aws.targets import TargetGroup, find_target_group
from drctl.aws.task_definitions import TaskDefinition, find_task_definition
from drctl.ports.aws import AwsClients


def look_at_workloads(params: Params, aws: AwsClients) -> Iterator[Fact]:
    """The cluster with its services and their images; the load balancers and target groups."""
    if params.cluster is not None:
        yield from _look_at_cluster(params, params.cluster, aws)
    if params.load_balancers or params.target_groups:
        yield from _look_at_balancers(params, aws.client("elbv2", params.region))


def _look_at_cluster(params: Params, cluster: str, aws: AwsClients) -> Iterator[Fact]:
    ecs, region = aws.client("ecs", params.region), params.region
    status = look(find_cluster, ecs, cluster)
    yield Fact("ecs.cluster", cluster, region, status)
    if status is None or isinstance(status, Denied):
        return
    # Services share task definitions, and those share images: each is asked for once.
    definitions: dict[str, None] = {}
    subnets: dict[str, None] = {}
    for name in params.services:
        service = look(find_service, ecs, cluster, name)
        yield Fact("ecs.service", name, region, service.status if isinstance(service, Service) else service)
        if isinstance(service, Service):
            definitions[service.task_definition] = None
            subnets |= dict.fromkeys(service.network.subnets if service.network else ())
    yield from _look_at_subnets(params, subnets, aws)
    images: dict[str, None] = {}
    for arn in definitions:
        task = look(find_task_definition, ecs, arn)
        state = task.status if isinstance(task, TaskDefinition) else task
        yield Fact("ecs.task-definition", arn.rpartition("/")[2], region, state)
        if isinstance(task, TaskDefinition):
            images |= {str(container["image"]): None for container in task.content["containerDefinitions"]}
    ecr = aws.client("ecr", region)
    for image in images:
        yield from _look_at_image(image, region, ecr)


def _look_at_subnets(params: Params, subnets: Iterable[str], aws: AwsClients) -> Iterator[Fact]:
    least, asked = params.free_addresses, tuple(subnets)
    if least is None or not asked:
        return
    left = look(free_addresses, aws.client("ec2", params.region), asked)
    for subnet in asked:
        if isinstance(left, Denied):
            yield Fact("ec2.subnet", subnet, params.region, left)
            continue
        free = left.get(subnet)
        enough = free is not None and free >= least
        state = "with addresses left" if enough else f"down to {free} free addresses, fewer than {least}"
        yield Fact("ec2.subnet", subnet, params.region, None if free is None else state)


def _look_at_image(image: str, region: str, ecr: Any) -> Iterator[Fact]:
    reference = parse_reference(image)
    if reference is None:
        # Another registry, which belongs to no Region.
        return
    name = f"{reference.repository}{f'@{reference.digest}' if reference.digest else f':{reference.tag}'}"
    if reference.region != region:
        yield Fact("ecr.image", name, region, f"pulled from {reference.region}")
        return
    has = look(has_image, ecr, reference)
    yield Fact("ecr.image", name, region, has if isinstance(has, Denied) else told(has or None))


def _look_at_balancers(params: Params, elb: Any) -> Iterator[Fact]:
    region = params.region
    for name in params.load_balancers:
        balancer = look(find_load_balancer, elb, name)
        state = balancer.state if isinstance(balancer, LoadBalancer) else balancer
        yield Fact("elb.load-balancer", name, region, state)
    for name in params.target_groups:
        group = look(find_target_group, elb, name)
        attached = isinstance(group, TargetGroup) and bool(group.load_balancers)
        place = "behind a load balancer" if attached else "behind no load balancer"
        yield Fact("elb.target-group", name, region, told(group, place))
