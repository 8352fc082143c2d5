"""Find a load balancer: the address and the zone that records will point to.

Both belong to a Region and are not to be guessed or copied from another one.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from drctl.actions.parameters import CLOSED, Region
from drctl.actions.read_only import ReadOnly
from drctl.aws.elb import LoadBalancer, find_load_balancer
from drctl.model.decision import Decision, Done, Refuse, Wait
from drctl.model.evidence import Evidence
from drctl.model.past import Past
from drctl.model.values import ValueKind
from drctl.ports.action import ActionSpec, Permission, StepContext


@dataclass(frozen=True, slots=True, kw_only=True)
class Params:
    __pydantic_config__ = CLOSED

    region: Region
    name: str


class ElbFindLoadBalancer(ReadOnly):
    """Holds once the load balancer takes traffic. States: Elastic Load Balancing API Reference, LoadBalancerState."""

    spec = ActionSpec(
        kind="elb.find_load_balancer",
        summary="Find the address and the zone of a load balancer",
        params=Params,
        outputs={"dns_name": ValueKind.STRING, "zone_id": ValueKind.STRING, "arn": ValueKind.STRING},
        expect=timedelta(seconds=5),
        deadline=timedelta(minutes=10),
        operations=("elbv2:DescribeLoadBalancers",),
        example="""\
- id: find-alb
  uses: elb.find_load_balancer
  with: { region: eu-west-1, name: amply-prod }
""",
    )

    def observe(self, params: Params, ctx: StepContext) -> LoadBalancer | None:
        return find_load_balancer(ctx.aws.client("elbv2", params.region), params.name)

    def decide(self, params: Params, seen: LoadBalancer | None, past: Past) -> Decision:
        where = f"{params.name} in {params.region}"
        if seen is None:
            return Refuse(f"there is no load balancer {where}", "it has to be there before a disaster; create it first")
        match seen.state:
            # Impaired means that it cannot grow for now; it does take traffic.
            case "active" | "active_impaired":
                return Done(f"{where} is {seen.state}")
            case "provisioning":
                return Wait(f"{where} to leave 'provisioning'")
        return Refuse(f"{where} is {seen.state!r} and takes no traffic", "look at the load balancer's state reason")

    def verify(self, params: Params, seen: LoadBalancer | None, past: Past, ctx: StepContext) -> Evidence:
        if seen is None:
            return Evidence.missing(f"there is no load balancer {params.name}")
        return Evidence.of(
            f"{seen.name} is {seen.state} at {seen.dns_name}",
            outputs={"dns_name": seen.dns_name, "zone_id": seen.zone_id, "arn": seen.arn},
        )

    def permissions(self, params: Params, region: str, account: str) -> tuple[Permission, ...]:
        # ELB knows no permission on single load balancers for looking at them.
        return (Permission(("elasticloadbalancing:DescribeLoadBalancers",), why=f"find {params.name}"),)
