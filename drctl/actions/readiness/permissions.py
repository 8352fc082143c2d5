"""What `readiness.check` needs of IAM: to look, and nothing else."""

from __future__ import annotations

from collections.abc import Iterator

from drctl.actions.readiness.params import Params
from drctl.aws.secretsmanager import secret_arn
from drctl.aws.sqs import queue_arn
from drctl.aws.ssm import parameter_arn
from drctl.ports.action import Permission


def reading(params: Params, account: str) -> tuple[Permission, ...]:
    """For what the parameters name. Many lists of AWS know no resources, and are granted as a whole."""
    return (*_data(params, account), *_workloads(params, account), *_settings(params, account))


def _data(params: Params, account: str) -> Iterator[Permission]:
    at = f"{params.region}:{account}"
    if params.keys:
        yield Permission(("kms:DescribeKey",), (f"arn:aws:kms:{at}:key/*",), "see that keys are enabled")
    if params.db_subnet_groups:
        arns = tuple(f"arn:aws:rds:{at}:subgrp:{name}" for name in params.db_subnet_groups)
        yield Permission(("rds:DescribeDBSubnetGroups",), arns, "see that they are there")
    if params.db_parameter_groups:
        arns = tuple(f"arn:aws:rds:{at}:pg:{name}" for name in params.db_parameter_groups)
        yield Permission(("rds:DescribeDBParameterGroups",), arns, "see that they are there")
    if params.cache_subnet_groups:
        arns = tuple(f"arn:aws:elasticache:{at}:subnetgroup:{name}" for name in params.cache_subnet_groups)
        yield Permission(("elasticache:DescribeCacheSubnetGroups",), arns, "see that they are there")
    if params.security_groups:
        yield Permission(("ec2:DescribeSecurityGroups",), why="see that they are there")


def _workloads(params: Params, account: str) -> Iterator[Permission]:
    at, cluster = f"{params.region}:{account}", params.cluster
    if cluster is not None:
        yield Permission(("ecs:DescribeClusters",), (f"arn:aws:ecs:{at}:cluster/{cluster}",), "see that it is there")
    if params.services:
        arns = tuple(f"arn:aws:ecs:{at}:service/{cluster}/{name}" for name in params.services)
        yield Permission(("ecs:DescribeServices",), arns, "see what they would start")
        yield Permission(("ecs:DescribeTaskDefinition",), why="see which images they start")
        # Images may be in the registry of another account.
        repositories = (f"arn:aws:ecr:{params.region}:*:repository/*",)
        yield Permission(("ecr:DescribeImages",), repositories, "see that images are there")
    if params.free_addresses is not None:
        yield Permission(("ec2:DescribeSubnets",), why="see how many addresses are left for tasks")
    if params.certificates or params.edge_certificates:
        yield Permission(("acm:ListCertificates",), why="see that they are issued, and until when")
    if params.load_balancers or params.target_groups:
        actions = ("elasticloadbalancing:DescribeLoadBalancers", "elasticloadbalancing:DescribeTargetGroups")
        yield Permission(actions, why="see that they are there")


def _settings(params: Params, account: str) -> Iterator[Permission]:
    region = params.region
    if params.secrets:
        secrets = tuple(secret_arn(region, account, name) for name in params.secrets)
        yield Permission(("secretsmanager:DescribeSecret",), secrets, "see that they are there")
    if params.parameters:
        names = tuple(parameter_arn(region, account, name) for name in params.parameters)
        yield Permission(("ssm:GetParameter",), names, "see that they are there")
    if params.queues:
        queues = tuple(queue_arn(region, account, name) for name in params.queues)
        actions = ("sqs:GetQueueUrl", "sqs:GetQueueAttributes", "sqs:ListQueueTags")
        yield Permission(actions, queues, "see that they are there")
    if params.mail_identities:
        identities = tuple(f"arn:aws:ses:{region}:{account}:identity/{name}" for name in params.mail_identities)
        yield Permission(("ses:GetAccount",), why="see that mail goes to everybody")
        yield Permission(("ses:GetEmailIdentity",), identities, "see that they are verified")
