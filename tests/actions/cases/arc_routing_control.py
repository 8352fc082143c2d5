"""arc.routing_control"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from drctl.aws.routing_control import ClusterEndpoint, ControlStates
from drctl.model.past import ChangeState, Past, PastChange
from drctl.sim.services.routing_controls import RoutingControls
from tests.actions.laws import PAST, Case, Live, Sight, Sightings
from tests.simulated import PRODUCTION, Simulated

PANEL = f"arn:aws:route53-recovery-control::{PRODUCTION}:controlpanel/{1:032x}"
CENTRAL, WEST = (f"{PANEL}/routingcontrol/{number:016x}" for number in (1, 2))
RULE = f"{PANEL}/safetyrule/{1:016x}"
REGIONS = ("us-west-2", "ap-northeast-1", "us-east-1")
PARAMS: dict[str, Any] = {
    "endpoints": [
        {"region": region, "url": f"https://1a2b.route53-recovery-cluster.{region}.amazonaws.com/v1"}
        for region in REGIONS
    ],
    "turn_on": [WEST],
    "turn_off": [CENTRAL],
}
HERE = ClusterEndpoint("us-west-2", "https://1a2b.route53-recovery-cluster.us-west-2.amazonaws.com/v1")


def says(central: str, west: str) -> ControlStates:
    return ControlStates(states={CENTRAL: central, WEST: west}, told_by=HERE)


BEFORE, AFTER, OTHER = says("On", "Off"), says("Off", "On"), says("On", "On")


def past(state: ChangeState = ChangeState.RETURNED, kind: str = "", name: str = "set") -> Past:
    change = PastChange(
        name=name,
        summary=name,
        state=state,
        intended_at=datetime(2026, 11, 23, 4, tzinfo=UTC),
        undo={"states": dict(BEFORE.states if name == "set" else AFTER.states)},
        failure_kind=kind,
        failure="ConflictException: the rule one-is-on",
    )
    return replace(PAST, changes=(change,))


LOST = past(ChangeState.INTENDED)
RULED_OUT = past(ChangeState.FAILED, "state")


def plant(simulated: Simulated) -> None:
    """Two routing controls, the first one on, and a rule that one of them has to be."""
    config = simulated.client("route53-recovery-control-config", "us-west-2")
    cluster = config.create_cluster(ClusterName="amply")["Cluster"]["ClusterArn"]
    for name in ("eu-central-1", "eu-west-1"):
        config.create_routing_control(ClusterArn=cluster, ControlPanelArn=PANEL, RoutingControlName=name)
    turn(simulated, CENTRAL, "On")
    config.create_safety_rule(
        AssertionRule={
            "Name": "one-is-on",
            "ControlPanelArn": PANEL,
            "AssertedControls": [CENTRAL, WEST],
            "RuleConfig": {"Type": "ATLEAST", "Threshold": 1, "Inverted": False},
            "WaitPeriodMs": 5000,
        }
    )


def turn(simulated: Simulated, arn: str, state: str) -> None:
    simulated.client("route53-recovery-cluster", "us-west-2").update_routing_control_state(
        RoutingControlArn=arn, RoutingControlState=state
    )


def states(simulated: Simulated) -> object:
    return simulated.world.part(RoutingControls).state()


def plant_gate(simulated: Simulated) -> None:
    """Somebody has shut the gate: nothing may be set until they open it."""
    config = simulated.client("route53-recovery-control-config", "us-west-2")
    cluster = next(iter(simulated.world.part(RoutingControls).clusters))
    gate = config.create_routing_control(ClusterArn=cluster, ControlPanelArn=PANEL, RoutingControlName="gate")
    config.create_safety_rule(
        GatingRule={
            "Name": "the-gate",
            "ControlPanelArn": PANEL,
            "GatingControls": [gate["RoutingControl"]["RoutingControlArn"]],
            "TargetControls": [CENTRAL, WEST],
            "RuleConfig": {"Type": "AND", "Threshold": 1, "Inverted": False},
            "WaitPeriodMs": 5000,
        }
    )


CASES = (
    Case(
        kind="arc.routing_control",
        params=PARAMS,
        sees=Sightings(
            absent={
                "as before": Sight(BEFORE),
                "half of it": Sight(OTHER),
                "never arrived": Sight(BEFORE, LOST),
                "an endpoint did not answer": Sight(BEFORE, past(ChangeState.FAILED, "unreachable")),
                "ruled out before the operator's retry": Sight(BEFORE, replace(RULED_OUT, epoch=2)),
            },
            there={
                "as wanted": Sight(AFTER),
                "as wanted, from an earlier attempt": Sight(AFTER, LOST),
                "as wanted, by somebody else": Sight(AFTER, RULED_OUT),
            },
            dead_end={
                "no such control": Sight(replace(BEFORE, states={CENTRAL: "On"})),
                "a safety rule stands against it": Sight(BEFORE, RULED_OUT),
            },
            unknown={"a state nobody thought of": Sight(says("On", "Levitating"))},
            foreign={"a safety rule that others have made": Sight(BEFORE, RULED_OUT)},
            undo_own={
                "set": Sight(AFTER, past()),
                "set, the answer lost": Sight(AFTER, LOST),
            },
            undo_over={
                "never set": Sight(AFTER),
                "ruled out": Sight(OTHER, RULED_OUT),
                "as before": Sight(BEFORE, past()),
                "never arrived": Sight(BEFORE, LOST),
            },
        ),
        live=Live(plant=plant, takes=("set",), undo_takes=("set-back",), fingerprint=states, plant_foreign=None),
        exempt={
            "settling": "a routing control has its state at once",
            "foreign_live": "a call that a rule refuses is a call: see the tests of this action",
        },
    ),
)
