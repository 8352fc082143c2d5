"""ElastiCache replication groups, alone or in a Global Datastore."""

from __future__ import annotations

from typing import Any

from drctl.model.estate_stores import Cache
from drctl.sim.seed.ground import Ground, Spot
from drctl.sim.seed.settings import value_of_secret
from drctl.sim.services.cache_snapshots import CacheSnapshots
from drctl.sim.services.replication_groups import ReplicationGroups


def plant_cache_groups(spot: Spot) -> None:
    """Subnet groups of the place are there."""
    for name, subnets in spot.place.cache_subnet_groups.items():
        spot.client("elasticache").create_cache_subnet_group(
            CacheSubnetGroupName=name,
            CacheSubnetGroupDescription=name,
            SubnetIds=spot.all_made("subnet", subnets),
        )


def plant_caches(spot: Spot) -> None:
    """Every replication group of the place comes up, except those that follow a primary elsewhere."""
    followers = {(member.region, member.cache) for member, _ in _followers(spot)}
    for name, cache in spot.place.caches.items():
        if (spot.region, name) not in followers:
            spot.client("elasticache").create_replication_group(**_wanted(spot, name, cache))


def plant_global_datastores(ground: Ground) -> None:
    """Every Global Datastore is there with its primary, which must be up by now."""
    for name, datastore in ground.estate.global_datastores.items():
        spot = ground.spot(datastore.account, datastore.primary.region)
        made = spot.client("elasticache").create_global_replication_group(
            GlobalReplicationGroupIdSuffix=name,
            GlobalReplicationGroupDescription=name,
            PrimaryReplicationGroupId=datastore.primary.cache,
        )
        spot.note("global datastore", name, made["GlobalReplicationGroup"]["GlobalReplicationGroupId"])


def plant_followers(ground: Ground) -> None:
    """The secondaries of every Global Datastore come up."""
    for name, datastore in ground.estate.global_datastores.items():
        primary = ground.spot(datastore.account, datastore.primary.region)
        for member in datastore.secondaries:
            spot = primary.elsewhere(member.region)
            cache = spot.place.caches[member.cache]
            spot.client("elasticache").create_replication_group(
                ReplicationGroupId=member.cache,
                ReplicationGroupDescription=member.cache,
                GlobalReplicationGroupId=primary.made("global datastore", name),
                NumCacheClusters=cache.replicas + 1,
                CacheSubnetGroupName=cache.subnet_group,
                SecurityGroupIds=spot.all_made("security group", cache.security_groups),
            )


def note_cache_addresses(spot: Spot) -> None:
    """The addresses of the caches, which are up by now, are known."""
    for name in spot.place.caches:
        found = spot.client("elasticache").describe_replication_groups(ReplicationGroupId=name)["ReplicationGroups"][0]
        spot.note("caches", name, found["NodeGroups"][0]["PrimaryEndpoint"]["Address"])


def fill_caches(spot: Spot) -> None:
    """The keys of the caches are in them."""
    groups = spot.ground.world.part(ReplicationGroups)
    for name, cache in spot.place.caches.items():
        group = groups.find(spot.account_id, spot.region, name)
        if group is not None:
            group.keys = cache.keys


def keep_snapshots(spot: Spot) -> None:
    """Of each cache that is snapshotted daily, the newest snapshot is there."""
    world = spot.ground.world
    groups, snapshots = world.part(ReplicationGroups), world.part(CacheSnapshots)
    for name, cache in spot.place.caches.items():
        group = groups.find(spot.account_id, spot.region, name)
        if group is not None and cache.newest_snapshot is not None:
            snapshots.keep(group, world.now() - cache.newest_snapshot)


def _followers(spot: Spot) -> list[tuple[Any, str]]:
    estate = spot.ground.estate
    return [
        (member, name)
        for name, datastore in estate.global_datastores.items()
        if (datastore.account or estate.default_account) == spot.account
        for member in datastore.secondaries
    ]


def _wanted(spot: Spot, name: str, cache: Cache) -> dict[str, Any]:
    wanted: dict[str, Any] = {
        "ReplicationGroupId": name,
        "ReplicationGroupDescription": name,
        "Engine": cache.engine,
        "EngineVersion": cache.version,
        "CacheNodeType": cache.node,
        "NumCacheClusters": cache.replicas + 1,
        "AutomaticFailoverEnabled": cache.replicas > 0,
        "MultiAZEnabled": cache.replicas > 0,
        "CacheSubnetGroupName": cache.subnet_group,
        "SecurityGroupIds": spot.all_made("security group", cache.security_groups),
        "TransitEncryptionEnabled": cache.transit_encryption,
        "AtRestEncryptionEnabled": cache.key is not None,
    }
    if cache.key is not None:
        wanted["KmsKeyId"] = spot.made("key", cache.key)
    if cache.password_secret is not None:
        wanted["AuthToken"] = value_of_secret(spot, cache.password_secret)
    if cache.parameter_group is not None:
        wanted["CacheParameterGroupName"] = cache.parameter_group
    return wanted
