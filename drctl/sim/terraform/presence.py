"""What of a place's infrastructure is in the simulated world, and what is not."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from drctl.model.estate import Place
from drctl.model.estate_services import Cluster
from drctl.model.infrastructure import Infrastructure
from drctl.sim.seed.ground import Spot

_I = Infrastructure


def missing_from(spot: Spot) -> Place:
    """What the place describes and the world lacks; nothing but infrastructure."""
    sections: dict[str, Any] = {}
    for kind in Infrastructure:
        described: Mapping[str, Any] = getattr(spot.place, kind)
        if described and kind is not _I.CLUSTERS:
            there = _PRESENT[kind](spot)
            sections[kind.value] = {name: its for name, its in described.items() if name not in there}
    return replace(Place(), **sections, clusters=_missing_services(spot))


def addresses_of(place: Place) -> tuple[str, ...]:
    """What Terraform would call the resources of a place, in the order in which it would make them."""
    return tuple(address for kind in Infrastructure for address in _addresses(kind, getattr(place, kind)))


def _missing_services(spot: Spot) -> Mapping[str, Cluster]:
    """The clusters that lack something, with those of their services that are not there."""
    there = _PRESENT[_I.CLUSTERS](spot)
    missing = {}
    for name, cluster in spot.place.clusters.items():
        if name not in there:
            missing[name] = cluster
            continue
        told = _all(spot.client("ecs").list_services, "serviceArns", "nextToken", "nextToken", cluster=name)
        running = {str(arn).rsplit("/", 1)[1] for arn in told}
        left = {key: service for key, service in cluster.services.items() if key not in running}
        if left:
            missing[name] = replace(cluster, services=left)
    return missing


def _addresses(kind: Infrastructure, described: Mapping[str, Any]) -> Iterator[str]:
    for name, its in described.items():
        yield f"{_TYPES[kind]}.{_label(name)}"
        if kind is _I.NETWORKS:
            yield from (f"aws_subnet.{_label(subnet)}" for subnet in its.subnets)
            yield from (f"aws_security_group.{_label(group)}" for group in its.security_groups)
        if kind is _I.LOAD_BALANCERS:
            yield from (f"aws_lb_target_group.{_label(group)}" for group in its.target_groups)
            yield from (f"aws_lb_listener.{_label(name)}_{listener.port}" for listener in its.listeners)
        if kind is _I.CLUSTERS:
            yield from (f"aws_ecs_service.{_label(service)}" for service in its.services)


def _label(name: str) -> str:
    return "".join(letter if letter.isalnum() or letter in "-_" else "_" for letter in name).strip("_")


def _all(call: Callable[..., Any], field: str, send: str, told: str, **params: Any) -> list[Any]:
    """Everything that a call lists, over all its pages."""
    answer = call(**params)
    found = list(answer.get(field) or ())
    while answer.get(told):
        answer = call(**params, **{send: answer[told]})
        found += answer.get(field) or ()
    return found


def _vpcs(spot: Spot) -> set[str]:
    vpcs = _all(spot.client("ec2").describe_vpcs, "Vpcs", "NextToken", "NextToken")
    return {tag["Value"] for vpc in vpcs for tag in vpc.get("Tags", ()) if tag["Key"] == "Name"}


def _listed(
    service: str, method: str, field: str, name: Callable[[Any], str], send: str = "Marker", told: str = "Marker"
) -> Callable[[Spot], set[str]]:
    def names(spot: Spot) -> set[str]:
        return {name(item) for item in _all(getattr(spot.client(service), method), field, send, told)}

    return names


def _of(key: str) -> Callable[[Any], str]:
    return lambda item: str(item[key])


def _after(mark: str) -> Callable[[Any], str]:
    return lambda item: str(item).rsplit(mark, 1)[1]


_PRESENT: Mapping[Infrastructure, Callable[[Spot], set[str]]] = {
    _I.NETWORKS: _vpcs,
    _I.DATABASE_SUBNET_GROUPS: _listed(
        "rds", "describe_db_subnet_groups", "DBSubnetGroups", _of("DBSubnetGroupName")
    ),
    _I.DATABASE_PARAMETER_GROUPS: _listed(
        "rds", "describe_db_parameter_groups", "DBParameterGroups", _of("DBParameterGroupName")
    ),
    _I.CACHE_SUBNET_GROUPS: _listed(
        "elasticache", "describe_cache_subnet_groups", "CacheSubnetGroups", _of("CacheSubnetGroupName")
    ),
    _I.BUCKETS: _listed("s3", "list_buckets", "Buckets", _of("Name"), "ContinuationToken", "ContinuationToken"),
    _I.LOAD_BALANCERS: _listed(
        "elbv2", "describe_load_balancers", "LoadBalancers", _of("LoadBalancerName"), "Marker", "NextMarker"
    ),
    _I.PARAMETERS: _listed("ssm", "describe_parameters", "Parameters", _of("Name"), "NextToken", "NextToken"),
    _I.QUEUES: _listed("sqs", "list_queues", "QueueUrls", _after("/"), "NextToken", "NextToken"),
    _I.LOG_GROUPS: _listed(
        "logs", "describe_log_groups", "logGroups", _of("logGroupName"), "nextToken", "nextToken"
    ),
    _I.TOPICS: _listed(
        "sns", "list_topics", "Topics", lambda item: str(item["TopicArn"]).rsplit(":", 1)[1], "NextToken", "NextToken"
    ),
    _I.ALARMS: _listed("cloudwatch", "describe_alarms", "MetricAlarms", _of("AlarmName"), "NextToken", "NextToken"),
    _I.TASK_DEFINITIONS: _listed(
        "ecs", "list_task_definition_families", "families", str, "nextToken", "nextToken"
    ),
    _I.CLUSTERS: _listed("ecs", "list_clusters", "clusterArns", _after("/"), "nextToken", "nextToken"),
}  # fmt: skip

_TYPES: Mapping[Infrastructure, str] = {
    _I.NETWORKS: "aws_vpc",
    _I.DATABASE_SUBNET_GROUPS: "aws_db_subnet_group",
    _I.DATABASE_PARAMETER_GROUPS: "aws_db_parameter_group",
    _I.CACHE_SUBNET_GROUPS: "aws_elasticache_subnet_group",
    _I.BUCKETS: "aws_s3_bucket",
    _I.LOAD_BALANCERS: "aws_lb",
    _I.PARAMETERS: "aws_ssm_parameter",
    _I.QUEUES: "aws_sqs_queue",
    _I.LOG_GROUPS: "aws_cloudwatch_log_group",
    _I.TOPICS: "aws_sns_topic",
    _I.ALARMS: "aws_cloudwatch_metric_alarm",
    _I.TASK_DEFINITIONS: "aws_ecs_task_definition",
    _I.CLUSTERS: "aws_ecs_cluster",
}
"""The resource types of the AWS provider (registry.terraform.io/providers/hashicorp/aws)."""
