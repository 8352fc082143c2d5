"""Routing controls of a world, which are on or off, and the safety rules that stand against some changes.

A change of several is made as a whole or not at all (Amazon Application Recovery Controller Developer Guide,
"Safety rules in routing control"). That a rule evaluates only after its wait period is not played.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from drctl.sim.overlay import AwsError, World

ENDPOINTS = ("us-east-1", "ap-northeast-1", "eu-west-1", "ap-southeast-2", "us-west-2")
"""The Regions in which a cluster has its endpoints (ARC Developer Guide, "About routing control")."""
ON, OFF = "On", "Off"


@dataclass(slots=True, kw_only=True)
class RoutingControl:
    arn: str
    name: str
    panel: str
    """Its control panel's ARN."""
    state: str = OFF


@dataclass(frozen=True, slots=True, kw_only=True)
class SafetyRule:
    """`asserted` must hold `config` after a change of any of them; with `targets`, before a change of any of those."""

    arn: str
    name: str
    asserted: tuple[str, ...]
    config: Mapping[str, Any]
    targets: tuple[str, ...] = ()

    def forbids(self, before: Mapping[str, str], after: Mapping[str, str]) -> bool:
        """Whether the rule stands against the states going from `before` to `after`."""
        changed = {arn for arn, state in after.items() if before.get(arn) != state}
        if self.targets:
            return not changed.isdisjoint(self.targets) and not self._holds(before)
        return not changed.isdisjoint(self.asserted) and not self._holds(after)

    def _holds(self, states: Mapping[str, str]) -> bool:
        on = sum(1 for arn in self.asserted if states.get(arn) == ON)
        least = {"AND": len(self.asserted), "OR": 1}.get(str(self.config["Type"]), int(self.config["Threshold"]))
        return (on >= least) != bool(self.config["Inverted"])


class RoutingControls:
    """All clusters with their panels, controls and rules. Ids count up, so that two worlds have the same."""

    def __init__(self, world: World) -> None:
        del world
        self.clusters: dict[str, str] = {}
        """Names by ARN."""
        self.panels: dict[str, tuple[str, str]] = {}
        """Name and cluster's ARN, by ARN."""
        self._controls: dict[str, RoutingControl] = {}
        self._rules: dict[str, SafetyRule] = {}

    def add_cluster(self, account: str, name: str) -> str:
        """A cluster with its default panel; its ARN."""
        arn = (
            f"arn:aws:route53-recovery-control::{account}:cluster/{len(self.clusters) + 1:08d}-0000-4000-8000-{0:012d}"
        )
        self.clusters[arn] = name
        self.add_panel(account, arn, "DefaultControlPanel")
        return arn

    def add_panel(self, account: str, cluster: str, name: str) -> str:
        """A control panel of a cluster; its ARN."""
        self.cluster_name(cluster)
        arn = f"arn:aws:route53-recovery-control::{account}:controlpanel/{len(self.panels) + 1:032x}"
        self.panels[arn] = name, cluster
        return arn

    def default_panel(self, cluster: str) -> str:
        """The panel that was made together with the cluster."""
        self.cluster_name(cluster)
        return next(arn for arn, (_, home) in self.panels.items() if home == cluster)

    def add_control(self, panel: str, name: str) -> RoutingControl:
        """A routing control, which is off."""
        if panel not in self.panels:
            raise _missing(f"control panel {panel}")
        arn = f"{panel}/routingcontrol/{len(self._controls) + 1:016x}"
        self._controls[arn] = control = RoutingControl(arn=arn, name=name, panel=panel)
        return control

    def add_rule(self, panel: str, name: str, config: Mapping[str, Any], asserted: Collection[str],
                 targets: Collection[str] = ()) -> SafetyRule:  # fmt: skip
        """A safety rule of a panel."""
        for arn in (*asserted, *targets):
            self.find(arn)
        arn = f"{panel}/safetyrule/{len(self._rules) + 1:016x}"
        rule = SafetyRule(arn=arn, name=name, asserted=tuple(asserted), config=config, targets=tuple(targets))
        self._rules[arn] = rule
        return rule

    def cluster_name(self, arn: str) -> str:
        if arn not in self.clusters:
            raise _missing(f"cluster {arn}")
        return self.clusters[arn]

    def find(self, arn: str) -> RoutingControl:
        """The control of that ARN; ResourceNotFoundException where there is none."""
        if arn not in self._controls:
            raise _missing(f"routing control {arn}")
        return self._controls[arn]

    def of(self, panel: str | None) -> Iterator[RoutingControl]:
        """The controls of a panel, or all."""
        yield from (one for one in self._controls.values() if panel in (None, one.panel))

    def is_on(self, arn: str) -> bool:
        """Whether the control is on; one that is not there is not."""
        control = self._controls.get(arn)
        return control is not None and control.state == ON

    def set(self, wanted: Mapping[str, str], overridden: Collection[str]) -> None:
        """Set all of these states, or none: ConflictException where a rule that is not overridden forbids it."""
        for arn in wanted:
            self.find(arn)
        before = {arn: control.state for arn, control in self._controls.items()}
        after = {**before, **wanted}
        for rule in self._rules.values():
            if rule.arn not in overridden and rule.forbids(before, after):
                kind = "gating" if rule.targets else "assertion"
                said = f"The {kind} rule {rule.name} ({rule.arn}) does not allow these routing control states."
                raise AwsError("ConflictException", said, 409)
        for arn, state in wanted.items():
            self._controls[arn].state = state

    def reset(self) -> None:
        for held in (self.clusters, self.panels, self._controls, self._rules):
            held.clear()

    def state(self) -> dict[str, str]:
        return {f"{self.panels[one.panel][0]}/{one.name}": one.state for one in self._controls.values()}


def _missing(what: str) -> AwsError:
    return AwsError("ResourceNotFoundException", f"There is no {what}.", 404)
