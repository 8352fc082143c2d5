"""TestFailover: a replica becomes the primary, and the old primary is replaced; both are told in events.

Order and words of the events, and the limit of a day: "Amazon ElastiCache API Reference, TestFailover".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from drctl.sim.overlay import AwsError, Call, World
from drctl.sim.services.cache_events import CacheEvents
from drctl.sim.services.replication_group_answers import shown
from drctl.sim.services.replication_groups import ReplicationGroup

_IN_A_DAY = 15


@dataclass(slots=True)
class CacheFailovers:
    world: World
    _tested: dict[str, list[datetime]] = field(default_factory=dict)

    def test(self, call: Call, group: ReplicationGroup) -> Mapping[str, Any]:
        """Have the primary of one node group of an available `group` fail."""
        shard = str(call.params["NodeGroupId"])
        if shard not in [f"{index + 1:04d}" for index in range(group.shards)]:
            raise AwsError("NodeGroupNotFoundFault", f"Node group {shard} not found.", 404)
        if not group.settings.get("AutomaticFailoverEnabled"):
            raise AwsError("InvalidParameterCombination", "Automatic failover must be enabled to test it.")
        recent = [at for at in self._tested.get(call.account, ()) if self.world.now() - at < timedelta(days=1)]
        if len(recent) >= _IN_A_DAY:
            raise AwsError("APICallRateForCustomerExceeded", "The customer has exceeded the allowed rate of API calls.")
        self._tested[call.account] = [*recent, self.world.now()]
        self._events.of_group(group, f"Test Failover API called for node group {shard}")
        group.status = "modifying"
        self.world.after("elasticache.failover", partial(self._failed_over, group, int(shard) - 1))
        return {"ReplicationGroup": shown(group)}

    @property
    def _events(self) -> CacheEvents:
        return self.world.part(CacheEvents)

    def _failed_over(self, group: ReplicationGroup, shard: int) -> None:
        nodes = group.node_ids(shard)
        old = group.primary
        others = [(old + step) % group.members for step in range(1, group.members)]
        standing = [member for member in others if group.zone(member) not in self.world.lost_zones]
        group.primary = (standing or others)[0]
        told = f"Failover from primary node {nodes[old]} to replica node {nodes[group.primary]} completed"
        self._events.of_node(group, nodes[group.primary], told)
        self._events.of_group(group, told)
        self._events.of_node(group, nodes[old], f"Recovering cache nodes {nodes[old]}")
        self.world.after("elasticache.recover", partial(self._recovered, group, nodes[old], old))

    def _recovered(self, group: ReplicationGroup, node: str, member: int) -> None:
        # In a zone that is lost there is no new node until it is back.
        if group.zone(member) not in self.world.lost_zones:
            self._events.of_node(group, node, f"Finished recovery for cache nodes {node}")
        if group.status == "modifying":
            group.status = "available"

    def reset(self) -> None:
        self._tested.clear()
