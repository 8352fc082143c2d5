"""What the simulated ElastiCache tells of a replication group.

With cluster mode disabled its members say which of them is the primary, and there are a primary and a reader
endpoint; with it enabled there is a configuration endpoint instead ("Amazon ElastiCache API Reference, NodeGroup").
"""

from __future__ import annotations

from typing import Any

from drctl.sim.services.replication_groups import ReplicationGroup

_SLOTS = 16384


def shown(group: ReplicationGroup) -> dict[str, Any]:
    """`group` as DescribeReplicationGroups tells it."""
    asked = group.settings
    told: dict[str, Any] = {
        "ReplicationGroupId": group.id,
        "Description": group.description,
        "GlobalReplicationGroupInfo": {},
        "Status": group.status,
        "PendingModifiedValues": {},
        "MemberClusters": [node for node, _, _ in group.every_node()],
        "AutomaticFailover": "enabled" if asked.get("AutomaticFailoverEnabled") else "disabled",
        "MultiAZ": "enabled" if asked.get("MultiAZEnabled") else "disabled",
        "SnapshotRetentionLimit": asked.get("SnapshotRetentionLimit", 0),
        "SnapshotWindow": asked.get("SnapshotWindow", "05:00-06:00"),
        "ClusterEnabled": group.cluster_mode,
        "CacheNodeType": asked.get("CacheNodeType", "cache.t3.micro"),
        "AuthTokenEnabled": bool(asked.get("AuthToken")),
        "TransitEncryptionEnabled": bool(asked.get("TransitEncryptionEnabled")),
        "AtRestEncryptionEnabled": bool(asked.get("AtRestEncryptionEnabled")),
        "ARN": group.arn,
        "UserGroupIds": asked.get("UserGroupIds", []),
        "LogDeliveryConfigurations": [],
        "ReplicationGroupCreateTime": group.created_at,
        "DataTiering": "disabled",
        "AutoMinorVersionUpgrade": asked.get("AutoMinorVersionUpgrade", True),
        "NetworkType": asked.get("NetworkType", "ipv4"),
        "IpDiscovery": asked.get("IpDiscovery", "ipv4"),
        "ClusterMode": "enabled" if group.cluster_mode else "disabled",
        "Engine": asked.get("Engine", "redis"),
    }
    if group.global_datastore is not None:
        told["GlobalReplicationGroupInfo"] = {
            "GlobalReplicationGroupId": group.global_datastore,
            "GlobalReplicationGroupMemberRole": group.role,
        }
    if asked.get("KmsKeyId"):
        told["KmsKeyId"] = asked["KmsKeyId"]
    # AWS shows no nodes and no endpoint until there are some.
    if group.status != "creating":
        told["NodeGroups"] = [_node_group(group, index) for index in range(group.shards)]
        if group.cluster_mode:
            told["ConfigurationEndpoint"] = {"Address": f"clustercfg.{group.domain}", "Port": group.port}
    return told


def shown_nodes(group: ReplicationGroup) -> list[dict[str, Any]]:
    """The group's nodes as DescribeCacheClusters tells them."""
    return [_cache_cluster(group, node, member) for node, _, member in group.every_node()]


def _node_group(group: ReplicationGroup, index: int) -> dict[str, Any]:
    told: dict[str, Any] = {
        "NodeGroupId": f"{index + 1:04d}",
        "Status": group.status,
        "NodeGroupMembers": [_member(group, node, number) for number, node in enumerate(group.node_ids(index))],
    }
    if group.cluster_mode:
        first, last = _SLOTS * index // group.shards, _SLOTS * (index + 1) // group.shards - 1
        return {**told, "Slots": f"{first}-{last}"}
    return {
        **told,
        "PrimaryEndpoint": {"Address": f"master.{group.domain}", "Port": group.port},
        "ReaderEndpoint": {"Address": f"replica.{group.domain}", "Port": group.port},
    }


def _member(group: ReplicationGroup, node: str, number: int) -> dict[str, Any]:
    told = {"CacheClusterId": node, "CacheNodeId": "0001", "PreferredAvailabilityZone": group.zone(number)}
    if group.cluster_mode:
        return told
    return {
        **told,
        "ReadEndpoint": _node_endpoint(group, node),
        "CurrentRole": "primary" if number == group.primary else "replica",
    }


def _node_endpoint(group: ReplicationGroup, node: str) -> dict[str, Any]:
    return {"Address": f"{node}.{group.domain}", "Port": group.port}


def _cache_cluster(group: ReplicationGroup, node: str, member: int) -> dict[str, Any]:
    asked = group.settings
    return {
        "CacheClusterId": node,
        "CacheNodeType": asked.get("CacheNodeType", "cache.t3.micro"),
        "Engine": asked.get("Engine", "redis"),
        "EngineVersion": asked.get("EngineVersion", "7.1"),
        "CacheClusterStatus": group.status,
        "NumCacheNodes": 1,
        "PreferredAvailabilityZone": group.zone(member),
        "CacheClusterCreateTime": group.created_at,
        "PreferredMaintenanceWindow": asked.get("PreferredMaintenanceWindow", "sun:23:00-mon:01:30"),
        "PendingModifiedValues": {},
        "CacheSecurityGroups": [],
        "CacheParameterGroup": {
            "CacheParameterGroupName": asked.get("CacheParameterGroupName", "default.redis7"),
            "ParameterApplyStatus": "in-sync",
            "CacheNodeIdsToReboot": [],
        },
        "CacheSubnetGroupName": asked.get("CacheSubnetGroupName", "default"),
        "CacheNodes": [
            {
                "CacheNodeId": "0001",
                "CacheNodeStatus": group.status,
                "CacheNodeCreateTime": group.created_at,
                "Endpoint": _node_endpoint(group, node),
                "ParameterGroupStatus": "in-sync",
                "CustomerAvailabilityZone": group.zone(member),
            }
        ],
        "AutoMinorVersionUpgrade": asked.get("AutoMinorVersionUpgrade", True),
        "SecurityGroups": [
            {"SecurityGroupId": security_group, "Status": "active"}
            for security_group in asked.get("SecurityGroupIds", [])
        ],
        "ReplicationGroupId": group.id,
        "SnapshotRetentionLimit": asked.get("SnapshotRetentionLimit", 0),
        "AuthTokenEnabled": bool(asked.get("AuthToken")),
        "TransitEncryptionEnabled": bool(asked.get("TransitEncryptionEnabled")),
        "AtRestEncryptionEnabled": bool(asked.get("AtRestEncryptionEnabled")),
        "ARN": f"arn:aws:elasticache:{group.region}:{group.account}:cluster:{node}",
    }
