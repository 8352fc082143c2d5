"""The applications that are to be recovered, as their customers meet them: over HTTP, through names and load balancers.

A request goes the way it goes on AWS: the name servers lead to a load balancer, its listener to a target group, a
healthy target to a task, and the task answers with the environment of its own task definition. So a name that was
not switched, a service without tasks and a wrong address all show as what they are. A name that leads out of AWS, to
a host that is played, is answered by that.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any
from urllib.parse import urlsplit

from drctl.sim.application_health import Examination
from drctl.sim.dns import Dns
from drctl.sim.listener_routing import Fixed, HttpRequest, route
from drctl.sim.moto_resources import resources
from drctl.sim.overlay import ConnectionHangs, ConnectionLost, ServiceOverlay, World
from drctl.sim.played_applications import PlayedApplications
from drctl.sim.record_health import Checkers
from drctl.sim.services.ecs_service import Service, Task
from drctl.sim.services.ecs_services import Services
from drctl.sim.services.load_balancers import LoadBalancer, find_load_balancer
from drctl.sim.services.target_health import TargetHealth
from drctl.sim.services.zonal_shifts import ZonalShifts
from drctl.sim.web.played_web import PlayedWeb
from drctl.sim.web.request import read_request
from drctl.sim.wsgi import Answer, Environ, StartResponse

FAILURE = "x-drctl-sim-failure"
"""The header that stands for what has no HTTP answer in the real world: `dns`, or `connect`."""


class Application:
    """A WSGI application that answers for every host of the world.

    `drctl.target` of the environ is the host that was dialled, `drctl.host` the Host header. Raises ConnectionLost
    or ConnectionHangs for what is in a lost Region or zone.
    """

    def __init__(self, world: World, overlays: Sequence[ServiceOverlay] = ()) -> None:
        # The overlays put into the world what is looked up here.
        del overlays
        self._world = world
        self._dns = Dns(world)
        self._services = world.part(Services)
        self._targets = world.part(TargetHealth)
        self._shifts = world.part(ZonalShifts)
        self._played = world.part(PlayedApplications)
        self._web = world.part(PlayedWeb)
        self._turns: dict[str, int] = {}
        self._nodes: dict[str, int] = {}
        world.part(Checkers).application = self

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        return self._answer(environ).send(start_response)

    def _answer(self, environ: Environ) -> Answer:
        asked_host = str(environ.get("drctl.host") or environ.get("HTTP_HOST") or "")
        target, port = _split(str(environ.get("drctl.target") or asked_host))
        destination = self._dns.destination(target)
        if destination is None:
            return _failure("dns", f"the name {target} does not exist")
        if (host := self._web.find(destination)) is not None:
            return host.answer(read_request(environ))
        balancer = find_load_balancer(destination)
        if balancer is None:
            return _failure("connect", f"nothing that is simulated listens at {destination}")
        self._require_region(balancer.region)
        self._require_zone(balancer)
        request = HttpRequest(
            host=_split(asked_host or target)[0],
            path=str(environ.get("PATH_INFO") or "/"),
            method=str(environ.get("REQUEST_METHOD") or "GET"),
            port=port,
        )
        routed = route(balancer.resource, request)
        if routed is None:
            return _failure("connect", f"the load balancer {destination} does not listen on port {port or 443}")
        if isinstance(routed, Fixed):
            return Answer(routed.status, routed.headers, routed.body.encode())
        return self._forward(balancer, routed.groups, request)

    def _require_region(self, region: str) -> None:
        if region not in self._world.lost_regions:
            return
        # An answer of 503 takes a load balancer, and this one is gone with its Region.
        if self._world.loss_modes.get(region) == "hang":
            raise ConnectionHangs
        raise ConnectionLost

    def _require_zone(self, balancer: LoadBalancer) -> None:
        """The name leads to the zones of the load balancer in turns, except those it is shifted away from."""
        lost, zones = self._world.lost_zones, self._shifts.zones_of(balancer.resource)
        if not lost.intersection(zones):
            return
        turn = self._nodes[balancer.dns_name] = self._nodes.get(balancer.dns_name, -1) + 1
        if zones[turn % len(zones)] in lost:
            raise ConnectionLost

    def _forward(self, balancer: LoadBalancer, groups: Sequence[str], request: HttpRequest) -> Answer:
        healthy = [
            (group, target.id)
            for group in groups
            for target in self._targets.healthy(group)
            if not self._shifts.keeps_from(balancer.resource, target.id)
        ]
        if not healthy:
            return _page(503, "503 Service Temporarily Unavailable")
        turn = self._turns[balancer.dns_name] = self._turns.get(balancer.dns_name, -1) + 1
        group, address = healthy[turn % len(healthy)]
        found = self._task_at(group, address)
        if found is None:
            # The load balancer has a target, and behind it nothing takes the connection.
            return _page(502, "502 Bad Gateway")
        return self._respond(*found, balancer, request)

    def _task_at(self, group: str, address: str) -> tuple[Service, Task] | None:
        for service in self._services.behind(group):
            for task in service.tasks:
                if task.running and task.address == address:
                    return service, task
        return None

    def _respond(self, service: Service, task: Task, balancer: LoadBalancer, request: HttpRequest) -> Answer:
        application = self._played.run_by(service.account, service.cluster, service.name)
        if application is None:
            return _json(404, {"error": f"no application is described for the service {service.name}"})
        if request.host not in (*(host.lower() for host in application.hosts), balancer.dns_name):
            return _json(400, {"error": f"this application does not answer for {request.host}"})
        if request.path != application.health_path:
            return _json(404, {"error": f"nothing is at {request.path}"})
        definition = resources("ecs", service.account, service.region).describe_task_definition(task.definition)
        containers = {str(one["name"]): one for one in definition.container_definitions}
        container = containers.get(application.container or "") or next(iter(containers.values()))
        report = Examination(
            world=self._world,
            account=service.account,
            region=service.region,
            application=application,
            container=container,
            task=task.id,
        ).report()
        return _json(200 if report["status"] == "ok" else 503, report)


def _split(netloc: str) -> tuple[str, int | None]:
    """Host, in lower case, and port; None where no port is named."""
    parts = urlsplit(f"//{netloc}")
    return (parts.hostname or "").rstrip("."), parts.port


def _failure(kind: str, detail: str) -> Answer:
    return Answer(502, ((FAILURE, kind), ("Content-Type", "text/plain; charset=utf-8")), detail.encode())


def _page(status: int, title: str) -> Answer:
    body = (
        f"<html>\r\n<head><title>{title}</title></head>\r\n<body>\r\n"
        f"<center><h1>{title}</h1></center>\r\n</body>\r\n</html>\r\n"
    )
    return Answer(status, (("Server", "awselb/2.0"), ("Content-Type", "text/html")), body.encode())


def _json(status: int, document: dict[str, Any]) -> Answer:
    return Answer(status, (("Content-Type", "application/json"),), json.dumps(document).encode())
