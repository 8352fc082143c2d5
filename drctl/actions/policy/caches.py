"""Whether caches fail over by themselves, and whether snapshots of them are kept."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from drctl.actions.findings import Finding, judged, unknown
from drctl.actions.policy.params import CachePolicy, Params
from drctl.aws.denied import Denied, look
from drctl.aws.elasticache import ReplicationGroup, find_replication_group
from drctl.ports.aws import AwsClients


@dataclass(frozen=True, slots=True, kw_only=True)
class CacheFacts:
    policy: CachePolicy
    region: str
    group: ReplicationGroup | Denied | None


def look_at_cache(policy: CachePolicy, params: Params, aws: AwsClients) -> CacheFacts:
    """What there is of it."""
    elasticache = aws.client("elasticache", params.region)
    group = look(find_replication_group, elasticache, policy.name)
    return CacheFacts(policy=policy, region=params.region, group=group)


def judge_cache(facts: CacheFacts) -> Iterator[Finding]:
    """Every check of one cache."""
    policy, group, here = facts.policy, facts.group, f"{facts.policy.name} in {facts.region}"
    if isinstance(group, Denied):
        yield unknown("elasticache.group", here, group)
        return
    if group is None:
        wrong = f"there is no replication group {here}"
        yield judged("elasticache.group", here, holds=False, observed="absent", wrong=wrong, fix="look at its name")
        return
    yield judged(
        "elasticache.snapshot-retention",
        here,
        holds=group.snapshot_days >= policy.retention_days,
        observed=group.snapshot_days,
        wrong=f"snapshots of {here} are kept for {group.snapshot_days} days, fewer than {policy.retention_days}",
        fix="raise its snapshot retention limit",
    )
    if policy.automatic_failover:
        yield judged(
            "elasticache.automatic-failover",
            here,
            holds=group.automatic_failover == "enabled",
            observed=group.automatic_failover,
            wrong=f"the automatic failover of {here} is {group.automatic_failover!r}",
            fix="give it a replica, and turn automatic failover on",
        )
