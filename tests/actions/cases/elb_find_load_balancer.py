"""elb.find_load_balancer"""

from __future__ import annotations

from dataclasses import replace

from drctl.aws.elb import LoadBalancer
from tests.actions.laws import Case, Live, Sight, Sightings
from tests.actions.planting import plant_network
from tests.simulated import RECOVERY, Simulated

ALB = LoadBalancer(
    name="amply-prod",
    arn="arn:aws:elasticloadbalancing:eu-west-1:111111111111:loadbalancer/app/amply-prod/1",
    dns_name="amply-prod-1.eu-west-1.elb.amazonaws.com",
    zone_id="Z32O12XQLNTSW2",
    state="active",
)
NOTHING_MADE = "it looks and changes nothing"


def plant(simulated: Simulated) -> None:
    plant_load_balancer(simulated, RECOVERY)


def plant_load_balancer(simulated: Simulated, region: str) -> None:
    """`amply-prod`, in a network of its own."""
    vpc = plant_network(simulated, region, "amply-alb")
    ec2 = simulated.client("ec2", region)
    subnets = ec2.describe_subnets(Filters=[{"Name": "vpc-id", "Values": [vpc]}])["Subnets"]
    simulated.client("elbv2", region).create_load_balancer(
        Name="amply-prod", Subnets=[subnet["SubnetId"] for subnet in subnets]
    )


def in_state(state: str) -> Sight:
    return Sight(replace(ALB, state=state))


CASES = (
    Case(
        kind="elb.find_load_balancer",
        params={"region": RECOVERY, "name": "amply-prod"},
        sees=Sightings(
            settling={"provisioning": in_state("provisioning")},
            there={"active": in_state("active"), "impaired": in_state("active_impaired")},
            dead_end={"not there": Sight(None), "failed": in_state("failed")},
            unknown={"state": in_state("levitating")},
            undo_over={"active": in_state("active")},
        ),
        live=Live(plant=plant),
        exempt={
            "absent": NOTHING_MADE,
            "foreign": "whoever made it, it is only looked at",
            "undo_own": NOTHING_MADE,
            "undo": NOTHING_MADE,
            "foreign_live": NOTHING_MADE,
        },
    ),
)
