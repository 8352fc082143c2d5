"""What ElastiCache checks before it makes a replication group."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from drctl.sim.moto_resources import resources
from drctl.sim.overlay import AwsError, Call
from drctl.sim.services.cache_snapshots import CacheSnapshots
from drctl.sim.services.object_copies import find_bucket, newest_version


def check_creation(call: Call, settings: Mapping[str, Any], snapshots: CacheSnapshots) -> None:
    """AwsError where the group cannot be made as asked: what it refers to has to be in its own Region."""
    _check_nodes(settings)
    moto = resources("elasticache", call.account, call.region)
    subnets = settings.get("CacheSubnetGroupName")
    if subnets is not None and subnets not in moto.cache_subnet_groups:
        raise AwsError("CacheSubnetGroupNotFoundFault", f"Cache Subnet Group {subnets} does not exist.")
    _check_source(call, settings, snapshots)
    network = resources("ec2", call.account, call.region)
    for security_group in settings.get("SecurityGroupIds") or ():
        if network.get_security_group_from_id(security_group) is None:
            raise AwsError("InvalidParameterValue", f"Some security group Ids are invalid: {security_group}")


def _check_source(call: Call, settings: Mapping[str, Any], snapshots: CacheSnapshots) -> None:
    """A snapshot has to be of this Region and complete, and a file in a bucket of this Region."""
    name = settings.get("SnapshotName")
    if name is not None:
        snapshot = snapshots.find(call.account, call.region, str(name))
        if snapshot is None:
            raise AwsError("SnapshotNotFoundFault", f"Snapshot {name} does not exist.", 404)
        if snapshot.status != "available":
            raise AwsError("InvalidParameterValue", f"Snapshot {name} is {snapshot.status}.")
    for arn in settings.get("SnapshotArns") or ():
        bucket, _, key = str(arn).rpartition(":")[2].partition("/")
        found = find_bucket(bucket)
        if found is None or found.region_name != call.region or newest_version(bucket, key) is None:
            raise AwsError("InvalidParameterValue", f"The S3 object {arn} cannot be read from {call.region}.")


def _check_nodes(settings: Mapping[str, Any]) -> None:
    counted = settings.get("NumCacheClusters")
    if counted and settings.get("ReplicasPerNodeGroup") is not None:
        raise AwsError(
            "InvalidParameterCombination", "NumCacheClusters and ReplicasPerNodeGroup cannot be used together."
        )
    nodes = int(counted or 1 + int(settings.get("ReplicasPerNodeGroup") or 0))
    if settings.get("AutomaticFailoverEnabled") and nodes < 2:
        raise AwsError(
            "InvalidParameterCombination",
            "When automatic failover is enabled, there must be at least 2 cache clusters in the replication group.",
        )
    if settings.get("MultiAZEnabled") and not settings.get("AutomaticFailoverEnabled"):
        raise AwsError("InvalidParameterCombination", "Multi-AZ can only be enabled with automatic failover.")
    if not settings.get("CacheNodeType"):
        raise AwsError("InvalidParameterValue", "The parameter CacheNodeType must be provided.")
