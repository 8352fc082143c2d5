"""Images, task definitions, clusters and services."""

from __future__ import annotations

import json
from typing import Any

from drctl.model.estate_address import Address, fill_addresses
from drctl.model.estate_services import Container, Service, TaskDefinition
from drctl.sim.seed.ground import Spot
from drctl.sim.seed.settings import secret_arn


def plant_images(spot: Spot) -> None:
    """Every repository of the place is there with its images, and in the Regions it is replicated to."""
    for name, repository in spot.place.repositories.items():
        for region in (spot.region, *repository.replicate_to):
            ecr = spot.elsewhere(region).client("ecr")
            ecr.create_repository(repositoryName=name)
            for tag in repository.tags:
                if region == spot.region or tag not in repository.not_replicated:
                    ecr.put_image(repositoryName=name, imageTag=tag, imageManifest=_manifest(name, tag))


def image_reference(spot: Spot, image: str) -> str:
    """`repository:tag` as a task definition of this place names it; a full reference stays as it is."""
    return image if "/" in image else f"{spot.account_id}.dkr.ecr.{spot.region}.amazonaws.com/{image}"


def plant_task_definitions(spot: Spot) -> None:
    """The first revision of every task definition of the place is there."""
    for name, task in spot.place.task_definitions.items():
        made = spot.client("ecs").register_task_definition(**_task(spot, name, task))
        spot.note("task definition", name, made["taskDefinition"]["taskDefinitionArn"])


def plant_services(spot: Spot) -> None:
    """Every cluster and service of the place is there; the services begin to start their tasks."""
    ecs = spot.client("ecs")
    for cluster_name, cluster in spot.place.clusters.items():
        ecs.create_cluster(clusterName=cluster_name)
        for name, service in cluster.services.items():
            ecs.create_service(cluster=cluster_name, serviceName=name, **_service(spot, service))
            if service.autoscaling is not None:
                spot.client("application-autoscaling").register_scalable_target(
                    ServiceNamespace="ecs",
                    ResourceId=f"service/{cluster_name}/{name}",
                    ScalableDimension="ecs:service:DesiredCount",
                    MinCapacity=service.autoscaling.least,
                    MaxCapacity=service.autoscaling.most,
                )


def _manifest(repository: str, tag: str) -> str:
    """A manifest that is the same wherever the image is, so that its digest is too."""
    layer = {"mediaType": "application/vnd.docker.image.rootfs.diff.tar.gzip", "size": 1024}
    return json.dumps(
        {
            "schemaVersion": 2,
            "mediaType": "application/vnd.docker.distribution.manifest.v2+json",
            "config": {"mediaType": "application/vnd.docker.container.image.v1+json", "size": 7, "digest": f"{tag}"},
            "layers": [{**layer, "digest": f"{repository}:{tag}"}],
        }
    )


def _task(spot: Spot, name: str, task: TaskDefinition) -> dict[str, Any]:
    wanted: dict[str, Any] = {
        "family": name,
        "requiresCompatibilities": ["FARGATE"],
        "networkMode": "awsvpc",
        "cpu": str(task.cpu),
        "memory": str(task.memory),
        "containerDefinitions": [_container(spot, task, key, its) for key, its in task.containers.items()],
    }
    if task.execution_role is not None:
        wanted["executionRoleArn"] = spot.role_arn(task.execution_role)
    if task.task_role is not None:
        wanted["taskRoleArn"] = spot.role_arn(task.task_role)
    return wanted


def _container(spot: Spot, task: TaskDefinition, name: str, container: Container) -> dict[str, Any]:
    def address(reference: Address) -> str:
        at = spot.elsewhere(reference.region) if reference.region else spot
        return at.made(reference.section, reference.name)

    wanted: dict[str, Any] = {
        "name": name,
        "image": image_reference(spot, container.image),
        "essential": True,
        "cpu": task.cpu // len(task.containers),
        "memory": task.memory // len(task.containers),
        "environment": [
            {"name": key, "value": fill_addresses(text, address)} for key, text in container.environment.items()
        ],
        "secrets": [{"name": key, "valueFrom": secret_arn(spot, name)} for key, name in container.secrets.items()],
    }
    if container.port is not None:
        wanted["portMappings"] = [{"containerPort": container.port, "protocol": "tcp"}]
    if container.log_group is not None:
        options = {
            "awslogs-group": container.log_group,
            "awslogs-region": spot.region,
            "awslogs-stream-prefix": name,
        }
        wanted["logConfiguration"] = {"logDriver": "awslogs", "options": options}
    return wanted


def _service(spot: Spot, service: Service) -> dict[str, Any]:
    network = {
        "subnets": spot.all_made("subnet", service.subnets),
        "securityGroups": spot.all_made("security group", service.security_groups),
        "assignPublicIp": "DISABLED",
    }
    wanted: dict[str, Any] = {
        "taskDefinition": spot.made("task definition", service.task),
        "desiredCount": service.count,
        "launchType": "FARGATE",
        "networkConfiguration": {"awsvpcConfiguration": network},
        "deploymentConfiguration": {
            "deploymentCircuitBreaker": {"enable": True, "rollback": True},
            "minimumHealthyPercent": 100,
            "maximumPercent": 200,
        },
    }
    if service.target_group is not None:
        containers = spot.place.task_definitions[service.task].containers
        container = service.container or next(iter(containers))
        wanted["loadBalancers"] = [
            {
                "targetGroupArn": spot.made("target group", service.target_group),
                "containerName": container,
                "containerPort": containers[container].port,
            }
        ]
        wanted["healthCheckGracePeriodSeconds"] = 60
    return wanted
