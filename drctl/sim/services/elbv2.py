"""Elastic Load Balancing v2: targets that take time to become healthy, and time to drain.

Load balancers, listeners and rules are moto's. A load balancer gets the hosted zone of its Region and a DNS
name of its own, because an alias record names both.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from drctl.sim.moto_resources import resources
from drctl.sim.overlay import AwsError, Call, Handler, World
from drctl.sim.services.load_balancers import ZONE_IDS, each_forward, name_in_dns
from drctl.sim.services.target_health import TargetHealth, shown
from drctl.sim.services.zonal_shifts import ZonalShifts


class Elbv2Overlay:
    service = "elbv2"

    def __init__(self, world: World) -> None:
        self._targets = world.part(TargetHealth)
        self._shifts = world.part(ZonalShifts)
        self.before: Mapping[str, Handler] = {"CreateLoadBalancer": _refuse_second}
        self.after: Mapping[str, Handler] = {
            "CreateLoadBalancer": _name_load_balancer,
            "RegisterTargets": self._register,
            "DeregisterTargets": self._deregister,
        }
        self.replaces: Mapping[str, Handler] = {"DescribeTargetHealth": self._describe_health}

    def reset(self) -> None:
        self._targets.reset()

    def state(self) -> Mapping[str, Any]:
        return {"targets": self._targets.state()}

    def _register(self, call: Call) -> None:
        for id, port in _targets(call, _target_group(call)):
            self._targets.register(str(call.params["TargetGroupArn"]), id, port)

    def _deregister(self, call: Call) -> None:
        for id, port in _targets(call, _target_group(call)):
            self._targets.deregister(str(call.params["TargetGroupArn"]), id, port)

    def _describe_health(self, call: Call) -> Mapping[str, Any]:
        group = _target_group(call)
        arn = str(call.params["TargetGroupArn"])
        balancers = resources("elbv2", call.account, call.region).load_balancers.values()
        using = [balancer for balancer in balancers if arn in each_forward(balancer)]
        wanted = _targets(call, group) or [(target.id, target.port) for target in self._targets.of(arn)]
        health_port = None if group.health_check_port == "traffic-port" else group.health_check_port
        return {
            "TargetHealthDescriptions": [
                shown(id, port, self._targets.find(arn, id, port), in_use=bool(using), health_port=health_port)
                | self._override(using, id)
                for id, port in wanted
            ]
        }

    def _override(self, using: Sequence[Any], id: str) -> dict[str, Any]:
        """That a zonal shift keeps traffic from a target, which stays healthy all the while."""
        if not any(self._shifts.keeps_from(balancer, id) for balancer in using):
            return {}
        reason = "AdministrativeOverride.ZonalShiftActive"
        return {"AdministrativeOverride": {"State": "zonal_shift_active", "Reason": reason}}


def _refuse_second(call: Call) -> None:
    name = call.params.get("Name")
    if any(known.name == name for known in resources("elbv2", call.account, call.region).load_balancers.values()):
        raise AwsError("DuplicateLoadBalancerName", f"A load balancer with the same name '{name}' exists already.")


def _name_load_balancer(call: Call) -> Mapping[str, Any]:
    moto = resources("elbv2", call.account, call.region)
    balancer = next(known for known in moto.load_balancers.values() if known.name == call.params["Name"])
    internal = call.params.get("Scheme") == "internal"
    balancer.dns_name = name_in_dns(call.account, call.region, balancer.name, internal=internal)
    balancer.canonical_hosted_zone_id = ZONE_IDS.get(call.region, balancer.canonical_hosted_zone_id)
    return {"LoadBalancers": [balancer]}


def _target_group(call: Call) -> Any:
    group = resources("elbv2", call.account, call.region).target_groups.get(call.params["TargetGroupArn"])
    if group is None:
        raise AwsError("TargetGroupNotFound", "One or more target groups not found")
    return group


def _targets(call: Call, group: Any) -> list[tuple[str, int]]:
    """(id, port) of the targets that the call names; a target without a port has its group's."""
    return [
        (str(target["Id"]), int(target.get("Port") or group.port or 0)) for target in call.params.get("Targets") or ()
    ]
