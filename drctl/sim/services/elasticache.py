"""ElastiCache: replication groups with states that lag, in the simulation's own keeping.

Subnet groups, users and tags stay with moto. A group is `creating`, then `available`; it can
only be changed or deleted while it is `available` ("Amazon ElastiCache API Reference, InvalidReplicationGroupState").
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from drctl.sim.moto_resources import refusals, resources
from drctl.sim.overlay import AwsError, Call, Handler, World
from drctl.sim.services.cache_checks import check_creation
from drctl.sim.services.cache_events import CacheEvents
from drctl.sim.services.cache_failovers import CacheFailovers
from drctl.sim.services.cache_snapshots import CacheSnapshots
from drctl.sim.services.cache_snapshots import shown as snapshot_shown
from drctl.sim.services.global_datastores import GlobalDatastores
from drctl.sim.services.replication_group_answers import shown, shown_nodes
from drctl.sim.services.replication_groups import ReplicationGroup, ReplicationGroups

_AT_MAINTENANCE = ("CacheNodeType", "EngineVersion")
"""What waits for the maintenance window unless it is asked for at once; the rest is changed at once anyway."""


class ElasticacheOverlay:
    service = "elasticache"

    def __init__(self, world: World) -> None:
        self._world = world
        self._groups = world.part(ReplicationGroups)
        self._datastores = world.part(GlobalDatastores)
        self._events = world.part(CacheEvents)
        self._failovers = CacheFailovers(world)
        self._snapshots = world.part(CacheSnapshots)
        self.before: Mapping[str, Handler] = dict.fromkeys(
            ("ListTagsForResource", "AddTagsToResource", "RemoveTagsFromResource"), self._keep_tags_closed
        )
        self.after: Mapping[str, Handler] = {}
        self.replaces: Mapping[str, Handler] = {
            "CreateReplicationGroup": self._create,
            "DescribeReplicationGroups": self._describe,
            "ModifyReplicationGroup": self._modify,
            "DeleteReplicationGroup": self._delete,
            "DescribeCacheClusters": self._describe_nodes,
            "CreateSnapshot": self._take_snapshot,
            "DescribeSnapshots": self._snapshots.describe,
            "DeleteSnapshot": self._snapshots.delete,
            "DescribeEvents": self._events.describe,
            "TestFailover": lambda call: self._failovers.test(call, self._available(call, "failover")),
            "CreateGlobalReplicationGroup": self._datastores.create,
            "DescribeGlobalReplicationGroups": self._datastores.describe,
            "FailoverGlobalReplicationGroup": self._datastores.fail_over,
            "DisassociateGlobalReplicationGroup": self._datastores.disassociate,
            "DeleteGlobalReplicationGroup": self._datastores.delete,
        }

    def reset(self) -> None:
        self._groups.reset()
        self._datastores.reset()
        self._events.reset()
        self._failovers.reset()
        self._snapshots.reset()

    def state(self) -> Mapping[str, Any]:
        return {
            "replication_groups": self._groups.state(),
            "global_datastores": self._datastores.state(),
            "snapshots": self._snapshots.state(),
        }

    def _create(self, call: Call) -> Mapping[str, Any]:
        name = str(call.params["ReplicationGroupId"]).lower()
        if self._groups.find(call.account, call.region, name) is not None:
            raise AwsError("ReplicationGroupAlreadyExists", f"Replication group {name} already exists.")
        settings = {key: value for key, value in call.params.items() if key != "Tags"}
        datastore = call.params.get("GlobalReplicationGroupId")
        if datastore is not None:
            settings = {**self._datastores.settings_for_secondary(call.account, datastore), **settings}
        check_creation(call, settings, self._snapshots)
        members = _members(settings)
        if "PreferredCacheClusterAZs" not in settings and self._world.lost_zones:
            standing = self._world.standing_zones(call.region)
            settings["PreferredCacheClusterAZs"] = [standing[at % len(standing)] for at in range(members)]
        group = ReplicationGroup(
            id=name,
            account=call.account,
            region=call.region,
            created_at=self._world.now(),
            description=settings.get("ReplicationGroupDescription", ""),
            shards=_shards(settings),
            members=members,
            settings=settings,
        )
        self._groups.add(group)
        if tags := call.params.get("Tags"):
            resources("elasticache", call.account, call.region).tagging_service.tag_resource(group.arn, tags)
        if datastore is not None:
            self._datastores.associate(datastore, group)
        loads = bool(settings.get("SnapshotName") or settings.get("SnapshotArns"))
        self._world.after("elasticache.restore" if loads else "elasticache.create", lambda: self._settled(group))
        return {"ReplicationGroup": shown(group)}

    def _settled(self, group: ReplicationGroup) -> None:
        if group.status in ("creating", "modifying", "snapshotting"):
            group.status = "available"
            self._datastores.settle(group)

    def _describe(self, call: Call) -> Mapping[str, Any]:
        name = call.params.get("ReplicationGroupId")
        if name is not None:
            return {"ReplicationGroups": [shown(self._existing(call))]}
        return {"ReplicationGroups": [shown(group) for group in self._groups.in_place(call.account, call.region)]}

    def _describe_nodes(self, call: Call) -> Mapping[str, Any]:
        wanted = call.params.get("CacheClusterId")
        nodes = [
            node for group in self._groups.in_place(call.account, call.region) for node in shown_nodes(group)
            if wanted is None or node["CacheClusterId"] == str(wanted).lower()
        ]  # fmt: skip
        if not call.params.get("ShowCacheNodeInfo"):
            nodes = [{name: value for name, value in node.items() if name != "CacheNodes"} for node in nodes]
        if wanted is not None and nodes:
            return {"CacheClusters": nodes}
        with refusals():
            # Single clusters, which are no replication group, are moto's.
            single = resources("elasticache", call.account, call.region).describe_cache_clusters(wanted)
        lone = bool(call.params.get("ShowCacheClustersNotInReplicationGroups"))
        return {"CacheClusters": [*([] if lone else nodes), *single]}

    def _modify(self, call: Call) -> Mapping[str, Any]:
        group = self._available(call, "modification")
        new_primary = call.params.get("PrimaryClusterId")
        asked = {
            name: value for name, value in call.params.items()
            if name not in ("ReplicationGroupId", "ApplyImmediately", "PrimaryClusterId")
        }  # fmt: skip
        if new_primary is not None:
            failover = asked.get("AutomaticFailoverEnabled", group.settings.get("AutomaticFailoverEnabled"))
            _check_promotion(group, str(new_primary), bool(failover))
        if not call.params.get("ApplyImmediately"):
            group.deferred.update({name: asked.pop(name) for name in _AT_MAINTENANCE if name in asked})
        else:
            asked = {**group.deferred, **asked}
            group.deferred.clear()
        group.description = asked.pop("ReplicationGroupDescription", group.description)
        group.status = "modifying"
        lag = "elasticache.modify" if new_primary is None else "elasticache.failover"
        self._world.after(lag, lambda: self._modified(group, asked, new_primary))
        return {"ReplicationGroup": shown(group)}

    def _modified(self, group: ReplicationGroup, asked: Mapping[str, Any], new_primary: str | None) -> None:
        group.settings.update(asked)
        if new_primary is not None:
            group.primary = group.node_ids(0).index(new_primary)
        self._settled(group)

    def _delete(self, call: Call) -> Mapping[str, Any]:
        group = self._available(call, "deletion")
        if group.global_datastore is not None:
            raise AwsError(
                "InvalidReplicationGroupState",
                f"Replication group {group.id} is part of a Global Datastore and cannot be deleted.",
            )
        if snapshot := call.params.get("FinalSnapshotIdentifier"):
            self._snapshots.take(str(snapshot), group)
        group.status = "deleting"
        self._world.after("elasticache.delete", lambda: self._groups.remove(group))
        return {"ReplicationGroup": shown(group)}

    def _take_snapshot(self, call: Call) -> Mapping[str, Any]:
        group = self._available(call, "snapshotting")
        snapshot = self._snapshots.take(str(call.params["SnapshotName"]), group)
        group.status = "snapshotting"
        self._world.after("elasticache.snapshot", lambda: self._settled(group))
        return {"Snapshot": snapshot_shown(snapshot)}

    def _keep_tags_closed(self, call: Call) -> None:
        """Tags of a group are told only while it is available ("API Reference, ListTagsForResource")."""
        kind, _, name = str(call.params["ResourceName"]).rpartition(":")
        if not kind.endswith(":replicationgroup"):
            return
        group = self._groups.find(call.account, call.region, name)
        if group is None:
            raise AwsError("ReplicationGroupNotFoundFault", f"ReplicationGroup {name} not found.", 404)
        if group.status != "available":
            raise AwsError("InvalidReplicationGroupState", f"Replication group {name} is not in available state.")

    def _existing(self, call: Call) -> ReplicationGroup:
        name = str(call.params["ReplicationGroupId"])
        group = self._groups.find(call.account, call.region, name)
        if group is None:
            raise AwsError("ReplicationGroupNotFoundFault", f"ReplicationGroup {name} not found.", 404)
        return group

    def _available(self, call: Call, purpose: str) -> ReplicationGroup:
        group = self._existing(call)
        if group.status != "available":
            raise AwsError(
                "InvalidReplicationGroupState",
                f"Replication group {group.id} has status {group.status} which is not valid for {purpose}.",
            )
        return group


def _shards(settings: Mapping[str, Any]) -> int:
    return int(settings.get("NumNodeGroups") or len(settings.get("NodeGroupConfiguration") or ()) or 1)


def _members(settings: Mapping[str, Any]) -> int:
    if settings.get("NumCacheClusters"):
        return int(settings["NumCacheClusters"])
    return 1 + int(settings.get("ReplicasPerNodeGroup") or 0)


def _check_promotion(group: ReplicationGroup, node: str, automatic_failover: bool) -> None:
    """Only a node of the group can be promoted, and by hand only while ElastiCache does not do it by itself."""
    if automatic_failover:
        raise AwsError(
            "InvalidParameterCombination",
            "Cannot manually promote a replica while automatic failover is enabled.",
        )
    if group.cluster_mode or node not in group.node_ids(0):
        raise AwsError("InvalidParameterValue", f"{node} is not a replica of replication group {group.id}.")
