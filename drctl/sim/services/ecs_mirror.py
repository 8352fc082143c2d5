"""moto's own copy of an ECS service: its autoscaling, its tags and its listings look at that one."""

from __future__ import annotations

from drctl.sim.moto_resources import resources
from drctl.sim.services.ecs_service import Service
from drctl.sim.services.ecs_services import Services


def show_moto(services: Services, service: Service) -> None:
    """Afterwards moto's service and cluster say what the simulation's service says."""
    moto = resources("ecs", service.account, service.region)
    name = f"{service.cluster}:{service.name}"
    if service.status == "INACTIVE":
        moto.services.pop(name, None)
    elif (shown := moto.services.get(name)) is not None:
        shown.status = service.status
        shown.desired_count = service.desired
        shown.running_count = service.count(None, "RUNNING")
        shown.pending_count = service.count(None, "PROVISIONING")
        shown.task_definition = service.primary.definition
    if (cluster := moto.clusters.get(service.cluster)) is not None:
        every = services.in_cluster(service.account, service.region, service.cluster)
        cluster.running_tasks_count = sum(one.count(None, "RUNNING") for one in every)
        cluster.pending_tasks_count = sum(one.count(None, "PROVISIONING") for one in every)
        cluster.active_services_count = sum(1 for one in every if one.status == "ACTIVE")
