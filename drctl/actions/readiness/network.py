"""What a restored database and an empty cache are put into."""

from __future__ import annotations

from collections.abc import Iterator

from drctl.actions.readiness.facts import THERE, Fact, told
from drctl.actions.readiness.params import Params
from drctl.aws import elasticache, rds
from drctl.aws.denied import Denied, look
from drctl.aws.ec2 import security_group_ids
from drctl.ports.aws import AwsClients


def look_at_network(params: Params, aws: AwsClients) -> Iterator[Fact]:
    """The subnet groups, and the security groups in the VPCs that those are in; the DB parameter groups."""
    region = params.region
    databases, caches = aws.client("rds", region), aws.client("elasticache", region)
    vpcs: dict[str, None] = {}
    for name in params.db_subnet_groups:
        vpc = look(rds.vpc_of_subnet_group, databases, name)
        vpcs |= {vpc: None} if isinstance(vpc, str) else {}
        yield Fact("rds.subnet-group", name, region, told(vpc))
    for name in params.cache_subnet_groups:
        vpc = look(elasticache.vpc_of_subnet_group, caches, name)
        vpcs |= {vpc: None} if isinstance(vpc, str) else {}
        yield Fact("elasticache.subnet-group", name, region, told(vpc))
    for vpc in vpcs if params.security_groups else ():
        yield from _look_at_groups(params, vpc, aws)
    for name in params.db_parameter_groups:
        family = look(rds.find_parameter_group, databases, name)
        yield Fact("rds.parameter-group", name, region, told(family))


def _look_at_groups(params: Params, vpc: str, aws: AwsClients) -> Iterator[Fact]:
    ec2 = aws.client("ec2", params.region)
    found = look(security_group_ids, ec2, vpc, params.security_groups)
    for name in params.security_groups:
        state = found if isinstance(found, Denied) else THERE if name in found else None
        yield Fact("ec2.security-group", name, params.region, state)
