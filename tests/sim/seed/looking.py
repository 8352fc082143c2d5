"""What is in one account and Region of a simulated AWS, by the sections of an estate's place."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from drctl.sim.seed.in_process import Client
from tests.simulated import Simulated

Names = set[str]


class Look:
    """One account and Region. Seen without a socket: a hundred boto3 clients take longer to make than all the rest."""

    def __init__(self, simulated: Simulated, account: str, region: str) -> None:
        self._app, self._account, self.region = simulated.app, account, region

    def client(self, service: str) -> Any:
        return Client(self._app, service, self._account, self.region)

    def named(self, section: str) -> Names:
        """The names of what is there of that section."""
        return _SECTIONS[section](self)

    def snapshots(self, kind: str = "manual") -> list[dict[str, Any]]:
        """Every RDS snapshot, the newest data first."""
        found = self.client("rds").describe_db_snapshots(SnapshotType=kind)["DBSnapshots"]
        return sorted(found, key=lambda snapshot: snapshot["SnapshotDatabaseTime"], reverse=True)

    def newest_copy(self) -> datetime:
        """The instant of the newest data that a snapshot here holds."""
        newest: datetime = self.snapshots()[0]["SnapshotDatabaseTime"]
        return newest

    def task_environment(self, service: str, cluster: str = "amply-prod") -> dict[str, str]:
        """The environment of a service's first container, with the ARNs of its secrets."""
        ecs = self.client("ecs")
        found = ecs.describe_services(cluster=cluster, services=[service])["services"][0]
        task = ecs.describe_task_definition(taskDefinition=found["taskDefinition"])["taskDefinition"]
        container = task["containerDefinitions"][0]
        plain = {pair["name"]: pair["value"] for pair in container["environment"]}
        return plain | {pair["name"]: pair["valueFrom"] for pair in container["secrets"]}


def _networks(look: Look) -> Names:
    vpcs = look.client("ec2").describe_vpcs()["Vpcs"]
    return {tag["Value"] for vpc in vpcs for tag in vpc.get("Tags", ()) if tag["Key"] == "Name"}


def _keys(look: Look) -> Names:
    aliases = look.client("kms").list_aliases()["Aliases"]
    return {its["AliasName"].removeprefix("alias/") for its in aliases if not its["AliasName"].startswith("alias/aws/")}


def _buckets(look: Look) -> Names:
    s3 = look.client("s3")
    names = {bucket["Name"] for bucket in s3.list_buckets()["Buckets"]}
    return {name for name in names if s3.head_bucket(Bucket=name)["BucketRegion"] == look.region}


def _database_parameter_groups(look: Look) -> Names:
    groups = look.client("rds").describe_db_parameter_groups()["DBParameterGroups"]
    return {
        group["DBParameterGroupName"] for group in groups if not group["DBParameterGroupName"].startswith("default")
    }


def _cache_subnet_groups(look: Look) -> Names:
    groups = look.client("elasticache").describe_cache_subnet_groups()["CacheSubnetGroups"]
    return {group["CacheSubnetGroupName"] for group in groups} - {"default"}


def _queues(look: Look) -> Names:
    return {url.rsplit("/", 1)[-1] for url in look.client("sqs").list_queues().get("QueueUrls", ())}


def _clusters(look: Look) -> Names:
    return {arn.rsplit("/", 1)[-1] for arn in look.client("ecs").list_clusters()["clusterArns"]}


def _task_definitions(look: Look) -> Names:
    return set(look.client("ecs").list_task_definition_families()["families"])


def _functions(look: Look) -> Names:
    return {function["FunctionName"] for function in look.client("lambda").list_functions()["Functions"]}


def _topics(look: Look) -> Names:
    return {topic["TopicArn"].rsplit(":", 1)[-1] for topic in look.client("sns").list_topics()["Topics"]}


def _parameters(look: Look) -> Names:
    return {parameter["Name"] for parameter in look.client("ssm").describe_parameters(MaxResults=50)["Parameters"]}


def _listed(service: str, operation: str, key: str, name: str) -> Callable[[Look], Names]:
    def names(look: Look) -> Names:
        return {item[name] for item in getattr(look.client(service), operation)()[key]}

    return names


_SECTIONS: Mapping[str, Callable[[Look], Names]] = {
    "networks": _networks,
    "keys": _keys,
    "database_subnet_groups": _listed("rds", "describe_db_subnet_groups", "DBSubnetGroups", "DBSubnetGroupName"),
    "database_parameter_groups": _database_parameter_groups,
    "databases": _listed("rds", "describe_db_instances", "DBInstances", "DBInstanceIdentifier"),
    "cache_subnet_groups": _cache_subnet_groups,
    "caches": _listed("elasticache", "describe_replication_groups", "ReplicationGroups", "ReplicationGroupId"),
    "buckets": _buckets,
    "load_balancers": _listed("elbv2", "describe_load_balancers", "LoadBalancers", "LoadBalancerName"),
    "repositories": _listed("ecr", "describe_repositories", "repositories", "repositoryName"),
    "task_definitions": _task_definitions,
    "clusters": _clusters,
    "secrets": _listed("secretsmanager", "list_secrets", "SecretList", "Name"),
    "parameters": _parameters,
    "queues": _queues,
    "mail_identities": lambda look: set(look.client("ses").list_identities()["Identities"]),
    "log_groups": _listed("logs", "describe_log_groups", "logGroups", "logGroupName"),
    "topics": _topics,
    "functions": _functions,
    "alarms": _listed("cloudwatch", "describe_alarms", "MetricAlarms", "AlarmName"),
    "dashboards": _listed("cloudwatch", "list_dashboards", "DashboardEntries", "DashboardName"),
}
SECTIONS = tuple(_SECTIONS)
