"""What there is of each kind that a drill makes, listed by the service's own API: one account, one Region at a time.

Tags are told where the listing has them for nothing; `read_tags` reads those of one resource. What is over and only
still shown (stopped tasks, deleted secrets) is not listed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from itertools import islice
from typing import Any

from drctl.aws.failures import absent
from drctl.aws.resource_tags import (
    tags_by_name,
    tags_of_bucket,
    tags_of_ecs,
    tags_of_parameter,
    tags_of_queue,
    tags_of_secret,
)
from drctl.aws.tags import tags_of
from drctl.model.inventory import Resource, name_of
from drctl.ports.aws import AwsClients

Listing = Callable[[Any, str, str], Iterator[Resource]]
"""Client, account and Region → what there is."""

_GONE = (
    "DBInstanceNotFound", "DBSnapshotNotFound", "ReplicationGroupNotFoundFault", "SnapshotNotFoundFault",
    "CacheClusterNotFound", "QueueDoesNotExist", "AWS.SimpleQueueService.NonExistentQueue", "NoSuchBucket",
    "NoSuchTagSet", "InvalidResourceId", "ParameterNotFound", "ResourceNotFoundException",
)  # fmt: skip
_UNREADABLE = ("InvalidReplicationGroupState", "InvalidCacheClusterState")
"""ElastiCache tells tags only of what is available."""
_DESCRIBED_AT_ONCE = 10
"""How many services one DescribeServices takes (Amazon ECS API Reference)."""
_TASKS_AT_ONCE = 100


def _databases(rds: Any, account: str, region: str) -> Iterator[Resource]:
    for raw in _pages(rds, "describe_db_instances", "DBInstances"):
        yield Resource(
            arn=raw["DBInstanceArn"],
            kind="rds:db",
            account=account,
            region=region,
            name=raw["DBInstanceIdentifier"],
            tags=tags_of(raw.get("TagList")),
            status=raw.get("DBInstanceStatus", ""),
            size={
                "class": raw.get("DBInstanceClass", ""),
                "engine": raw.get("Engine", ""),
                "multi_az": bool(raw.get("MultiAZ")),
                "storage_gb": int(raw.get("AllocatedStorage", 0) or 0),
                "storage_type": raw.get("StorageType", ""),
                "protected": bool(raw.get("DeletionProtection")),
            },
            since=_utc(raw.get("InstanceCreateTime")),
        )


def _snapshots(rds: Any, account: str, region: str) -> Iterator[Resource]:
    for raw in _pages(rds, "describe_db_snapshots", "DBSnapshots"):
        yield Resource(
            arn=raw["DBSnapshotArn"],
            kind="rds:snapshot",
            account=account,
            region=region,
            name=raw["DBSnapshotIdentifier"],
            tags=tags_of(raw.get("TagList")),
            origin=raw.get("DBInstanceIdentifier", ""),
            status=raw.get("Status", ""),
            size={"storage_gb": int(raw.get("AllocatedStorage", 0) or 0), "kept_by": raw.get("SnapshotType", "")},
            since=_utc(raw.get("SnapshotCreateTime")),
        )


def _automated_backups(rds: Any, account: str, region: str) -> Iterator[Resource]:
    # Those of instances that are there go with them; what AWS keeps when an instance is deleted is `retained`.
    for raw in _pages(rds, "describe_db_instance_automated_backups", "DBInstanceAutomatedBackups"):
        if raw.get("Status") == "active":
            continue
        id = raw["DbiResourceId"]
        yield Resource(
            arn=raw.get("DBInstanceAutomatedBackupsArn") or f"arn:aws:rds:{region}:{account}:auto-backup:{id}",
            kind="rds:auto-backup",
            account=account,
            region=region,
            name=id,
            tags=tags_of(raw.get("TagList")),
            origin=raw.get("DBInstanceIdentifier", ""),
            status=raw.get("Status", ""),
            size={"storage_gb": int(raw.get("AllocatedStorage", 0) or 0), "resource_id": id},
        )


def _replication_groups(elasticache: Any, account: str, region: str) -> Iterator[Resource]:
    for raw in _pages(elasticache, "describe_replication_groups", "ReplicationGroups"):
        yield Resource(
            arn=raw["ARN"],
            kind="elasticache:replicationgroup",
            account=account,
            region=region,
            name=raw["ReplicationGroupId"],
            status=raw.get("Status", ""),
            size={"class": raw.get("CacheNodeType", ""), "nodes": len(raw.get("MemberClusters") or ())},
            since=_utc(raw.get("ReplicationGroupCreateTime")),
        )


def _cache_snapshots(elasticache: Any, account: str, region: str) -> Iterator[Resource]:
    for raw in _pages(elasticache, "describe_snapshots", "Snapshots"):
        name = raw["SnapshotName"]
        yield Resource(
            arn=raw.get("ARN") or f"arn:aws:elasticache:{region}:{account}:snapshot:{name}",
            kind="elasticache:snapshot",
            account=account,
            region=region,
            name=name,
            origin=raw.get("ReplicationGroupId") or raw.get("CacheClusterId", ""),
            status=raw.get("SnapshotStatus", ""),
        )


def _queues(sqs: Any, account: str, region: str) -> Iterator[Resource]:
    for url in _pages(sqs, "list_queues", "QueueUrls"):
        name = str(url).rpartition("/")[2]
        arn = f"arn:aws:sqs:{region}:{account}:{name}"
        yield Resource(arn=arn, kind="sqs:queue", account=account, region=region, name=name)


def _services(ecs: Any, account: str, region: str) -> Iterator[Resource]:
    for cluster in _pages(ecs, "list_clusters", "clusterArns"):
        arns = _pages(ecs, "list_services", "serviceArns", cluster=cluster)
        for some in _batches(arns, _DESCRIBED_AT_ONCE):
            for raw in ecs.describe_services(cluster=cluster, services=some, include=["TAGS"])["services"]:
                if raw.get("status") == "INACTIVE":
                    continue
                yield Resource(
                    arn=raw["serviceArn"],
                    kind="ecs:service",
                    account=account,
                    region=region,
                    name=raw["serviceName"],
                    tags=tags_of(raw.get("tags")),
                    status=raw.get("status", ""),
                )


def _tasks(ecs: Any, account: str, region: str) -> Iterator[Resource]:
    for cluster in _pages(ecs, "list_clusters", "clusterArns"):
        arns = _pages(ecs, "list_tasks", "taskArns", cluster=cluster, desiredStatus="RUNNING")
        for some in _batches(arns, _TASKS_AT_ONCE):
            for raw in ecs.describe_tasks(cluster=cluster, tasks=some, include=["TAGS"])["tasks"]:
                if raw.get("lastStatus") == "STOPPED":
                    continue
                yield Resource(
                    arn=raw["taskArn"],
                    kind="ecs:task",
                    account=account,
                    region=region,
                    name=name_of(raw["taskArn"]).rpartition("/")[2],
                    tags=tags_of(raw.get("tags")),
                    origin=raw.get("taskDefinitionArn", ""),
                    status=raw.get("lastStatus", ""),
                    size={"cpu": raw.get("cpu", ""), "memory": raw.get("memory", ""), "cluster": cluster},
                    since=_utc(raw.get("createdAt")),
                )


def _buckets(s3: Any, account: str, region: str) -> Iterator[Resource]:
    for raw in _pages(s3, "list_buckets", "Buckets"):
        arn, name = f"arn:aws:s3:::{raw['Name']}", raw["Name"]
        yield Resource(
            arn=arn,
            kind="s3:bucket",
            account=account,
            region=raw.get("BucketRegion") or region,
            name=name,
            since=_utc(raw.get("CreationDate")),
        )


def _parameters(ssm: Any, account: str, region: str) -> Iterator[Resource]:
    for raw in _pages(ssm, "describe_parameters", "Parameters"):
        name = raw["Name"]
        yield Resource(
            arn=f"arn:aws:ssm:{region}:{account}:parameter/{name.removeprefix('/')}",
            kind="ssm:parameter",
            account=account,
            region=region,
            name=name,
        )


def _secrets(secretsmanager: Any, account: str, region: str) -> Iterator[Resource]:
    for raw in _pages(secretsmanager, "list_secrets", "SecretList"):
        yield Resource(
            arn=raw["ARN"],
            kind="secretsmanager:secret",
            account=account,
            region=region,
            name=raw["Name"],
            tags=tags_of(raw.get("Tags")),
        )


LISTINGS: Mapping[str, tuple[str, Listing]] = {
    "rds:db": ("rds", _databases),
    "rds:snapshot": ("rds", _snapshots),
    "rds:auto-backup": ("rds", _automated_backups),
    "elasticache:replicationgroup": ("elasticache", _replication_groups),
    "elasticache:snapshot": ("elasticache", _cache_snapshots),
    "sqs:queue": ("sqs", _queues),
    "ecs:service": ("ecs", _services),
    "ecs:task": ("ecs", _tasks),
    "ssm:parameter": ("ssm", _parameters),
    "secretsmanager:secret": ("secretsmanager", _secrets),
    "s3:bucket": ("s3", _buckets),
}
"""Kind → the service that lists it, and how."""
OF_NO_REGION = frozenset({"s3:bucket"})
"""Kinds that one listing shows for the whole account."""


def read_tags(clients: AwsClients, region: str, resource: Resource) -> Mapping[str, str] | None:
    """The tags that the resource itself tells; none of one that is gone, None where it does not tell at present."""
    reader = _TAGS.get(resource.kind)
    if reader is None:
        return resource.tags
    client = clients.client(resource.kind.partition(":")[0], region)
    with absent(*_UNREADABLE):
        with absent(*_GONE):
            return reader(client, resource)
        return {}
    return None


_TAGS: Mapping[str, Callable[[Any, Resource], Mapping[str, str]]] = {
    **dict.fromkeys(
        ("rds:db", "rds:snapshot", "elasticache:replicationgroup", "elasticache:snapshot"),
        lambda client, one: tags_by_name(client, one.arn),
    ),
    **dict.fromkeys(
        ("ecs:service", "ecs:task", "ecs:task-definition"), lambda client, one: tags_of_ecs(client, one.arn)
    ),
    "sqs:queue": lambda client, one: tags_of_queue(client, one.name),
    "s3:bucket": lambda client, one: tags_of_bucket(client, one.name),
    "ssm:parameter": lambda client, one: tags_of_parameter(client, one.name),
    "secretsmanager:secret": lambda client, one: tags_of_secret(client, one.arn),
}
TELLS_TAGS = frozenset(
    {"rds:db", "rds:snapshot", "rds:auto-backup", "ecs:service", "ecs:task", "secretsmanager:secret"}
)
"""Kinds whose listing has the tags."""


def is_still_there(clients: AwsClients, resource: Resource) -> bool:
    """Whether what the search by tag has told of is still there: its index forgets late. For kinds without a listing.

    Kinds that nobody has thought of are taken to be there.
    """
    if resource.kind not in ("ecs:task-definition", "ecs:cluster", "cloudwatch:alarm"):
        return True
    client = clients.client(resource.kind.partition(":")[0], resource.region)
    match resource.kind:
        case "ecs:task-definition":
            with absent("ClientException"):
                told = client.describe_task_definition(taskDefinition=resource.arn)["taskDefinition"]
                return bool(told.get("status") == "ACTIVE")
            return False
        case "ecs:cluster":
            told = client.describe_clusters(clusters=[resource.arn])["clusters"]
            return any(one.get("status") == "ACTIVE" for one in told)
        case _:
            told = client.describe_alarms(AlarmNames=[resource.name])
            return bool(told.get("MetricAlarms") or told.get("CompositeAlarms"))


def _pages(client: Any, operation: str, member: str, **given: Any) -> Iterator[Any]:
    for page in client.get_paginator(operation).paginate(**given):
        yield from page.get(member) or ()


def _batches(arns: Iterator[str], most: int) -> Iterator[list[str]]:
    while some := list(islice(arns, most)):
        yield some


def _utc(at: datetime | None) -> datetime | None:
    return at.astimezone(UTC) if at is not None else None
