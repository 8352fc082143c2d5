"""Check whether the recovery Region has all that a failover needs, long before there is one.

Most of what is missing on the day was missing for months: a group that somebody made by hand, an image that
was pushed before replication was set up, a secret that was added in one Region. One look finds all of it.
"""

from __future__ import annotations

from datetime import timedelta

from drctl.actions.findings import Finding, refuse, worst_first
from drctl.actions.read_only import ReadOnly
from drctl.actions.readiness.certificates import look_at_certificates
from drctl.actions.readiness.facts import NEEDED, Fact, judge
from drctl.actions.readiness.network import look_at_network
from drctl.actions.readiness.params import Params
from drctl.actions.readiness.permissions import reading
from drctl.actions.readiness.settings import look_at_settings
from drctl.actions.readiness.workloads import look_at_workloads
from drctl.model.decision import Decision, Done
from drctl.model.evidence import Evidence
from drctl.model.past import Past
from drctl.model.values import ValueKind
from drctl.ports.action import ActionSpec, Permission, StepContext

Seen = tuple[Fact, ...]


class ReadinessCheck(ReadOnly):
    """Holds where everything that is named is there and can be used, at the first look.

    Nothing is waited for: a key that is disabled or a balancer that is being made would be just that in a disaster.
    Sources of the states: Amazon ECS API Reference, Cluster, Service and TaskDefinition; Elastic Load Balancing API
    Reference, LoadBalancerState; AWS KMS Developer Guide, "Key states of AWS KMS keys"; Amazon SES API v2
    Reference, GetAccount and GetEmailIdentity; AWS Certificate Manager API Reference, CertificateSummary. Service
    quotas are not asked for: how much of one is used is told by no call, so that nothing could be judged by it.
    """

    spec = ActionSpec(
        kind="readiness.check",
        summary="Check that a Region has all that a failover to it needs",
        params=Params,
        outputs={"gaps": ValueKind.LIST, "checked": ValueKind.INTEGER},
        expect=timedelta(seconds=30),
        deadline=timedelta(minutes=10),
        operations=(
            "kms:DescribeKey",
            "rds:DescribeDBSubnetGroups",
            "rds:DescribeDBParameterGroups",
            "elasticache:DescribeCacheSubnetGroups",
            "ec2:DescribeSecurityGroups",
            "ec2:DescribeSubnets",
            "acm:ListCertificates",
            "secretsmanager:DescribeSecret",
            "ecs:DescribeClusters",
            "ecs:DescribeServices",
            "ecs:DescribeTaskDefinition",
            "ecr:DescribeImages",
            "elbv2:DescribeLoadBalancers",
            "elbv2:DescribeTargetGroups",
            "ssm:GetParameter",
            "sqs:GetQueueUrl",
            "sqs:GetQueueAttributes",
            "sqs:ListQueueTags",
            "sesv2:GetAccount",
            "sesv2:GetEmailIdentity",
        ),
        example="""\
- id: ireland-is-ready
  uses: readiness.check
  with:
    region: eu-west-1
    keys: [alias/amply-prod-data]
    db_subnet_groups: [amply-prod-db]
    cache_subnet_groups: [amply-prod-redis]
    security_groups: [amply-rds, amply-redis]
    db_parameter_groups: [amply-prod-postgres16]
    secrets: [amply/prod/database-password]
    cluster: amply-prod
    services: [amply-api, amply-workers]
    free_addresses: 8
    certificates: [api.amply.example]
    edge_certificates: [app.amply.example]
    load_balancers: [amply-prod]
    target_groups: [amply-api]
""",
    )

    def observe(self, params: Params, ctx: StepContext) -> Seen:
        return (
            *look_at_network(params, ctx.aws),
            *look_at_workloads(params, ctx.aws),
            *look_at_certificates(params, ctx.aws),
            *look_at_settings(params, ctx.aws),
        )

    def decide(self, params: Params, seen: Seen, past: Past) -> Decision:
        gaps = find_gaps(seen)
        return refuse(gaps) if gaps else Done(f"{params.region} has all {len(seen)} things that a recovery needs")

    def verify(self, params: Params, seen: Seen, past: Past, ctx: StepContext) -> Evidence:
        gaps = find_gaps(seen)
        return Evidence.of(
            f"{len(seen)} things are ready in {params.region}",
            outputs={"gaps": [gap.json for gap in gaps], "checked": len(seen)},
        )

    def permissions(self, params: Params, region: str, account: str) -> tuple[Permission, ...]:
        return reading(params, account)


def find_gaps(seen: Seen) -> tuple[Finding, ...]:
    """What is missing or cannot be used, in the order of NEEDED, and then what may not be looked at."""
    return worst_first([judge(fact) for fact in seen], tuple(NEEDED))
