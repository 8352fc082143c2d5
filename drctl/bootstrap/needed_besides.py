"""The permissions that drctl itself needs in an environment, whatever its runbooks do."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from drctl.bootstrap import texts
from drctl.model.environment import Environment
from drctl.model.events import Mode
from drctl.ports.action import Permission

_OWNERS = (
    "rds:ListTagsForResource",
    "elasticache:ListTagsForResource",
    "ecs:ListTagsForResource",
    "sqs:GetQueueUrl",
    "sqs:ListQueueTags",
    "s3:GetBucketTagging",
    "s3:GetJobTagging",
    "ssm:ListTagsForResource",
    "secretsmanager:DescribeSecret",
)
"""How the guard of drills reads who has made something (`drctl.aws.drill_guard`)."""

_INVENTORY = (
    "tag:GetResources",
    "rds:DescribeDBInstances",
    "rds:DescribeDBSnapshots",
    "rds:DescribeDBInstanceAutomatedBackups",
    "elasticache:DescribeReplicationGroups",
    "elasticache:DescribeSnapshots",
    "sqs:ListQueues",
    "ecs:ListClusters",
    "ecs:ListServices",
    "ecs:DescribeServices",
    "ecs:ListTasks",
    "ecs:DescribeTasks",
    "ecs:DescribeTaskDefinition",
    "ecs:DescribeClusters",
    "cloudwatch:DescribeAlarms",
    "ssm:DescribeParameters",
    "secretsmanager:ListSecrets",
    "s3:ListAllMyBuckets",
)
"""How an inventory is taken (`drctl.aws.inventory`)."""
_NETWORK = (
    "ec2:DescribeVpcPeeringConnections",
    "ec2:DescribeTransitGatewayAttachments",
    "ec2:DescribeSecurityGroups",
    "ecs:DescribeServices",
)
"""How the network of a drill is looked at (`drctl.aws.isolation`)."""


def needed_besides(environment: Environment) -> Mapping[str, tuple[Permission, ...]]:
    """For the guards, the kill switch and the notifications, by account."""
    return {account: tuple(_in(account, environment)) for account in environment.accounts}


def _in(account: str, environment: Environment) -> Iterator[Permission]:
    from drctl.aws.secretsmanager import secret_arn

    known = environment.accounts[account]
    yield Permission(("sts:GetCallerIdentity",), why="see whose credentials these are")
    if known.alias is not None:
        yield Permission(("iam:ListAccountAliases",), why="see what the account calls itself")
    if marks := tuple(_parameters(account, environment)):
        yield Permission(("ssm:GetParameter",), marks, why="see what this is, and whether it is to be left alone")
    if Mode.DRILL in environment.modes:
        yield Permission(_OWNERS, why="see whether a drill has made what it is about to change")
        yield Permission(_INVENTORY, why="see what a drill has made, and whether it has left any of it")
        if environment.isolation is not None:
            yield Permission(_NETWORK, why="see whether the network of a drill leads to production")
    chat = environment.approvals.chat
    if chat is not None and (chat.account or environment.default_account) == account:
        secrets = tuple(secret_arn(chat.region, known.id, name) for name in (chat.webhook_secret, chat.signing_secret))
        yield Permission(("secretsmanager:GetSecretValue",), secrets, why="ask for approvals in a chat")
    for target in environment.notify:
        if (target.account or environment.default_account) == account:
            kind, params = target.as_step("")
            bound = texts.catalogue().bind(kind, params)
            yield from bound.action.permissions(bound.params, target.region, known.id)


def _parameters(account: str, environment: Environment) -> Iterator[str]:
    from drctl.aws.ssm import parameter_arn

    id = environment.accounts[account].id
    if environment.marker is not None:
        for region in environment.regions:
            yield parameter_arn(region, id, environment.marker)
    if environment.kill_switch is not None and account == environment.default_account:
        yield parameter_arn(environment.sts_region, id, environment.kill_switch)
