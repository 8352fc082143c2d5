"""What was found of each thing that a recovery needs, and what of it is a gap."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeVar

from drctl.actions.findings import Finding, judged, unknown
from drctl.aws.denied import Denied

T = TypeVar("T")

THERE = "there"
"""The state of what has no states."""


@dataclass(frozen=True, slots=True)
class Fact:
    check: str
    """One of NEEDED."""
    name: str
    region: str
    state: str | Denied | None
    """The state that AWS tells; None where it is not there."""


@dataclass(frozen=True, slots=True)
class Need:
    what: str
    fix: str
    good: str = THERE
    """The one state in which it can be used."""


NEEDED: Mapping[str, Need] = {
    "kms.key": Need("KMS key", "enable it, cancel its deletion, or create it under that alias", "Enabled"),
    "rds.subnet-group": Need("DB subnet group", "create it from subnets of two zones"),
    "elasticache.subnet-group": Need("cache subnet group", "create it from subnets of two zones"),
    "ec2.security-group": Need("security group", "create it there with the rules that it has in the other Region"),
    "rds.parameter-group": Need("DB parameter group", "create it with the parameters of the other Region's"),
    "secrets.secret": Need("secret", "replicate it there from its primary"),
    "ecs.cluster": Need("ECS cluster", "create it", "ACTIVE"),
    "ecs.service": Need("ECS service", "create it with no tasks", "ACTIVE"),
    "ecs.task-definition": Need("task definition", "register it there", "ACTIVE"),
    "ecr.image": Need(
        "image", "push it there once more; what was pushed before replication was set up is never copied"
    ),
    "ec2.subnet": Need("subnet", "free addresses there, or give the service another subnet", "with addresses left"),
    "elb.load-balancer": Need("load balancer", "create it, or look at what it lacks", "active"),
    "elb.target-group": Need("target group", "create it, and a listener that leads to it", "behind a load balancer"),
    "acm.certificate": Need(
        "certificate", "request one in that Region, and leave the record that validates it in DNS", "ISSUED"
    ),
    "ssm.parameter": Need("parameter", "put it there: nothing replicates parameters"),
    "sqs.queue": Need("queue", "create it with the attributes of the other Region's"),
    "ses.account": Need("SES account", "ask AWS for production access in this Region; it takes days", "in production"),
    "ses.identity": Need("mail identity", "verify it in this Region", "verified"),
}
"""In the order in which gaps are told: without the first of them there is no data, without the last no mail."""


def told(seen: T | Denied | None, state: str = THERE) -> str | Denied | None:
    """The state of what has none of its own: whether it was found."""
    return seen if isinstance(seen, Denied) else None if seen is None else state


def judge(fact: Fact) -> Finding:
    """Whether a recovery can use it."""
    need, subject = NEEDED[fact.check], f"{fact.name} in {fact.region}"
    if isinstance(fact.state, Denied):
        return unknown(fact.check, subject, fact.state)
    wrong = f"there is no {need.what} {subject}" if fact.state is None else f"the {need.what} {subject} is {fact.state}"
    return judged(
        fact.check,
        subject,
        holds=fact.state == need.good,
        observed=fact.state if fact.state is not None else "absent",
        wrong=wrong,
        fix=need.fix,
    )
