"""What an estate says of its workloads: tasks, services, images, secrets, queues and alarms that fit together."""

from __future__ import annotations

from collections.abc import Collection

from drctl.loading.estate_network import refer_groups, refer_subnets
from drctl.loading.referee import Referee
from drctl.loading.yaml_source import Path
from drctl.model.estate import Estate, Place
from drctl.model.estate_address import addresses_in
from drctl.model.estate_services import Container, Service, TaskDefinition


def check_services(referee: Referee, estate: Estate, account: str, region: str, place: Place) -> None:
    """Everything about tasks, services, images, secrets, queues and alarms of one place."""
    at: Path = ("places", account, region)
    for name, task in place.task_definitions.items():
        _check_task(referee, estate, account, region, (*at, "task_definitions", name), task)
    for cluster_name, cluster in place.clusters.items():
        for name, service in cluster.services.items():
            _check_service(referee, (*at, "clusters", cluster_name, "services", name), service, at, place)
    for name, repository in place.repositories.items():
        _refer_regions(referee, estate, (*at, "repositories", name, "replicate_to"), repository.replicate_to, region)
    for name, secret in place.secrets.items():
        _refer_regions(referee, estate, (*at, "secrets", name, "replicate_to"), secret.replicate_to, region)
        referee.refer((*at, "secrets", name, "key"), secret.key, "key", place.keys, (*at, "keys"))
    services = {f"{name}/{one}" for name, cluster in place.clusters.items() for one in cluster.services}
    for name, queue in place.queues.items():
        if queue.consumer is not None:
            referee.refer((*at, "queues", name, "consumer", "service"), queue.consumer.service, "service", services)
        if queue.dead_letter and name.endswith(".fifo") != queue.dead_letter.endswith(".fifo"):
            path = (*at, "queues", name, "dead_letter")
            referee.wrong(path, "the dead-letter queue of a FIFO queue is one itself, and of no other")
    for name, alarm in place.alarms.items():
        referee.refer((*at, "alarms", name, "topic"), alarm.topic, "topic", place.topics, (*at, "topics"))
        namespace, slash, metric = alarm.metric.rpartition("/")
        if not (namespace and slash and metric):
            path = (*at, "alarms", name, "metric")
            referee.wrong(path, f"expected namespace/name, such as AWS/RDS/CPUUtilization, got {alarm.metric!r}")


def _check_task(referee: Referee, estate: Estate, account: str, region: str, here: Path, task: TaskDefinition) -> None:
    for field in ("execution_role", "task_role"):
        referee.refer((*here, field), getattr(task, field), f"role of {account}", estate.roles_of(account), ("roles",))
    if not task.containers:
        referee.wrong((*here, "containers"), "needs at least one container")
    at: Path = ("places", account, region)
    place = estate.places[account][region]
    secrets, images = estate.secrets_in(account, region), estate.images_in(account, region)
    for name, container in task.containers.items():
        path = (*here, "containers", name)
        for variable, secret in container.secrets.items():
            referee.refer((*path, "secrets", variable), secret, "secret", secrets, (*at, "secrets"))
        if "/" not in container.image:
            referee.refer((*path, "image"), container.image, "image", images, (*at, "repositories"))
        referee.refer((*path, "log_group"), container.log_group, "log group", place.log_groups, (*at, "log_groups"))
        _check_environment(referee, estate, account, region, path, container)


def _check_environment(
    referee: Referee, estate: Estate, account: str, region: str, path: Path, container: Container
) -> None:
    for variable, text in container.environment.items():
        here = (*path, "environment", variable)
        try:
            addresses = addresses_in(text)
        except ValueError as error:
            referee.wrong(here, str(error))
            continue
        for address in addresses:
            place = estate.place(account, address.region or region)
            known: Collection[str] = getattr(place, address.section) if place else ()
            table: Path = ("places", account, address.region or region, address.section)
            referee.refer(here, address.name, address.section.removesuffix("s"), known, table)


def _check_service(referee: Referee, here: Path, service: Service, at: Path, place: Place) -> None:
    referee.refer((*here, "task"), service.task, "task definition", place.task_definitions, (*at, "task_definitions"))
    refer_subnets(referee, (*here, "subnets"), service.subnets, at, place)
    refer_groups(referee, (*here, "security_groups"), service.security_groups, at, place)
    targets = {group for balancer in place.load_balancers.values() for group in balancer.target_groups}
    referee.refer((*here, "target_group"), service.target_group, "target group", targets, (*at, "load_balancers"))
    task = place.task_definitions.get(service.task)
    if task is None:
        return
    table: Path = (*at, "task_definitions", service.task, "containers")
    referee.refer((*here, "container"), service.container, "container", task.containers, table)
    if service.target_group is None:
        return
    if service.container is None and len(task.containers) > 1:
        referee.wrong((*here, "container"), "is missing: the task has several containers", at_key=True)
        return
    container = task.containers.get(service.container or next(iter(task.containers), ""))
    if container is not None and container.port is None:
        referee.wrong((*here, "target_group"), "the container behind it has no `port`")


def _refer_regions(referee: Referee, estate: Estate, path: Path, regions: tuple[str, ...], own: str) -> None:
    for index, region in enumerate(regions):
        referee.refer((*path, index), region, "Region", estate.regions.every, ("regions",))
        if region == own:
            referee.wrong((*path, index), "is the Region it is in already")
