"""Routing control: its data plane, which answers in five Regions, and what planting takes of its control plane."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from drctl.sim.overlay import AwsError, Call, Handler, World
from drctl.sim.services.routing_controls import ENDPOINTS, RoutingControl, RoutingControls

_CONTROL_PLANE = "us-west-2"


class Route53RecoveryClusterOverlay:
    """The data plane. All endpoints of a cluster know the same states; one in a lost Region does not answer."""

    service = "route53-recovery-cluster"

    def __init__(self, world: World) -> None:
        self._controls = world.part(RoutingControls)
        self.before: Mapping[str, Handler] = {}
        self.after: Mapping[str, Handler] = {}
        self.replaces: Mapping[str, Handler] = {
            "GetRoutingControlState": self._get,
            "ListRoutingControls": self._list,
            "UpdateRoutingControlState": self._update_one,
            "UpdateRoutingControlStates": self._update,
        }

    def reset(self) -> None:
        self._controls.reset()

    def state(self) -> Mapping[str, Any]:
        return {"controls": held} if (held := self._controls.state()) else {}

    def _get(self, call: Call) -> Mapping[str, Any]:
        _require_endpoint(call)
        return _stated(self._controls.find(str(call.params["RoutingControlArn"])))

    def _list(self, call: Call) -> Mapping[str, Any]:
        _require_endpoint(call)
        found = self._controls.of(call.params.get("ControlPanelArn"))
        return {
            "RoutingControls": [
                {**_stated(one), "ControlPanelArn": one.panel, "ControlPanelName": self._controls.panels[one.panel][0]}
                for one in found
            ]
        }

    def _update_one(self, call: Call) -> None:
        _require_endpoint(call)
        wanted = {str(call.params["RoutingControlArn"]): str(call.params["RoutingControlState"])}
        self._controls.set(wanted, call.params.get("SafetyRulesToOverride") or ())

    def _update(self, call: Call) -> None:
        _require_endpoint(call)
        entries = call.params["UpdateRoutingControlStateEntries"]
        wanted = {str(one["RoutingControlArn"]): str(one["RoutingControlState"]) for one in entries}
        self._controls.set(wanted, call.params.get("SafetyRulesToOverride") or ())


class Route53RecoveryControlConfigOverlay:
    """The control plane, in one Region. What it makes is DEPLOYED at once: it is made before a disaster."""

    service = "route53-recovery-control-config"

    def __init__(self, world: World) -> None:
        self._controls = world.part(RoutingControls)
        self.before: Mapping[str, Handler] = {}
        self.after: Mapping[str, Handler] = {}
        self.replaces: Mapping[str, Handler] = {
            "CreateCluster": self._create_cluster,
            "DescribeCluster": self._describe_cluster,
            "CreateControlPanel": self._create_panel,
            "CreateRoutingControl": self._create_control,
            "DescribeRoutingControl": self._describe_control,
            "CreateSafetyRule": self._create_rule,
        }

    def reset(self) -> None:
        self._controls.reset()

    def state(self) -> Mapping[str, Any]:
        return {}

    def _create_cluster(self, call: Call) -> Mapping[str, Any]:
        _require_control_plane(call)
        return self._cluster(self._controls.add_cluster(call.account, str(call.params["ClusterName"])))

    def _describe_cluster(self, call: Call) -> Mapping[str, Any]:
        _require_control_plane(call)
        return self._cluster(str(call.params["ClusterArn"]))

    def _cluster(self, arn: str) -> Mapping[str, Any]:
        name, id = self._controls.cluster_name(arn), arn.rsplit("/", 1)[-1][:8]
        endpoints = [
            {"Region": region, "Endpoint": f"https://{id}.route53-recovery-cluster.{region}.amazonaws.com/v1"}
            for region in ENDPOINTS
        ]
        told = {"ClusterArn": arn, "Name": name, "Status": "DEPLOYED", "ClusterEndpoints": endpoints}
        return {"Cluster": told}

    def _create_panel(self, call: Call) -> Mapping[str, Any]:
        _require_control_plane(call)
        cluster, name = str(call.params["ClusterArn"]), str(call.params["ControlPanelName"])
        arn = self._controls.add_panel(call.account, cluster, name)
        told = {"ControlPanelArn": arn, "ClusterArn": cluster, "Name": name, "Status": "DEPLOYED"}
        return {"ControlPanel": told}

    def _create_control(self, call: Call) -> Mapping[str, Any]:
        _require_control_plane(call)
        cluster = str(call.params["ClusterArn"])
        panel = call.params.get("ControlPanelArn") or self._controls.default_panel(cluster)
        return _described(self._controls.add_control(str(panel), str(call.params["RoutingControlName"])))

    def _describe_control(self, call: Call) -> Mapping[str, Any]:
        _require_control_plane(call)
        return _described(self._controls.find(str(call.params["RoutingControlArn"])))

    def _create_rule(self, call: Call) -> Mapping[str, Any]:
        _require_control_plane(call)
        kind = "GatingRule" if "GatingRule" in call.params else "AssertionRule"
        given = call.params.get(kind)
        if given is None:
            raise AwsError("ValidationException", "Give an assertion rule or a gating rule.")
        asserted = given.get("AssertedControls") or given.get("GatingControls") or ()
        rule = self._controls.add_rule(
            str(given["ControlPanelArn"]), str(given["Name"]), given["RuleConfig"], asserted,
            given.get("TargetControls") or (),
        )  # fmt: skip
        return {kind: {**given, "SafetyRuleArn": rule.arn, "Status": "DEPLOYED"}}


def _require_endpoint(call: Call) -> None:
    if call.region not in ENDPOINTS:
        raise AwsError("AccessDeniedException", f"The cluster has no endpoint in {call.region}.", 403)


def _require_control_plane(call: Call) -> None:
    if call.region != _CONTROL_PLANE:
        raise AwsError("AccessDeniedException", f"Routing control is configured in {_CONTROL_PLANE}.", 403)


def _stated(control: RoutingControl) -> dict[str, Any]:
    return {
        "RoutingControlArn": control.arn,
        "RoutingControlName": control.name,
        "RoutingControlState": control.state,
    }


def _described(control: RoutingControl) -> Mapping[str, Any]:
    told = {
        "ControlPanelArn": control.panel,
        "Name": control.name,
        "RoutingControlArn": control.arn,
        "Status": "DEPLOYED",
    }
    return {"RoutingControl": told}
