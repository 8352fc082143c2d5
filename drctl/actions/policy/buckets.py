"""Whether buckets keep what was in them, and whether all of it reaches their replicas."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from drctl.actions.findings import Finding, judged, unknown
from drctl.actions.policy.params import BucketPolicy, Params
from drctl.aws.denied import Denied, look
from drctl.aws.s3 import Replication, find_replication
from drctl.aws.s3_buckets import is_closed
from drctl.aws.s3_protection import VERSIONED, Expiry, find_versioning, list_expiries
from drctl.ports.aws import AwsClients


@dataclass(frozen=True, slots=True, kw_only=True)
class SideFacts:
    """One bucket, as far as it is looked at on its own."""

    name: str
    versioning: str | Denied | None
    """None where there is no such bucket; nothing else is looked at then."""
    closed: bool | Denied | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BucketFacts:
    policy: BucketPolicy
    source: SideFacts
    replica: SideFacts | None = None
    replication: Replication | Denied | None = None
    expiries: tuple[Expiry, ...] | Denied = ()


def look_at_bucket(policy: BucketPolicy, params: Params, aws: AwsClients) -> BucketFacts:
    """What there is of it, and of its replica."""
    s3, name = aws.client("s3", params.region), policy.name
    source = _look_at_side(policy, name, s3)
    replica = None
    if policy.replica is not None and params.recovery_region is not None:
        replica = _look_at_side(policy, policy.replica, aws.client("s3", params.recovery_region))
    if source.versioning is None:
        return BucketFacts(policy=policy, source=source, replica=replica)
    return BucketFacts(
        policy=policy,
        source=source,
        replica=replica,
        replication=look(find_replication, s3, name) if policy.replica else None,
        expiries=look(list_expiries, s3, name),
    )


def _look_at_side(policy: BucketPolicy, name: str, s3: object) -> SideFacts:
    versioning = look(find_versioning, s3, name)
    if versioning is None or not policy.closed:
        return SideFacts(name=name, versioning=versioning)
    return SideFacts(name=name, versioning=versioning, closed=look(is_closed, s3, name))


def judge_bucket(facts: BucketFacts) -> Iterator[Finding]:
    """Every check of one bucket and its replica."""
    policy = facts.policy
    yield from _judge_side(policy, facts.source)
    if facts.replica is not None:
        yield from _judge_side(policy, facts.replica)
    if facts.source.versioning is None:
        return
    if policy.replica is not None:
        yield from _judge_replication(policy, policy.replica, facts.replication)
    yield _judge_lifecycle(policy, facts.expiries)


def _judge_side(policy: BucketPolicy, side: SideFacts) -> Iterator[Finding]:
    name = side.name
    if isinstance(side.versioning, Denied):
        yield unknown("s3.versioning", name, side.versioning)
    elif side.versioning is None:
        wrong = f"there is no bucket {name}"
        yield judged("s3.bucket", name, holds=False, observed="absent", wrong=wrong, fix="look at its name")
    else:
        told = side.versioning or "never on"
        yield judged(
            "s3.versioning",
            name,
            holds=side.versioning == VERSIONED,
            observed=told,
            wrong=f"{name} keeps no versions ({told}), so that what is overwritten is lost",
            fix="turn its versioning on",
        )
    if isinstance(side.closed, Denied):
        yield unknown("s3.public-access", name, side.closed)
    elif side.closed is not None:
        yield judged(
            "s3.public-access",
            name,
            holds=side.closed,
            observed="closed" if side.closed else "open",
            wrong=f"{name} is not closed to the public",
            fix="turn all four switches of its public access block on",
        )


def _judge_replication(policy: BucketPolicy, replica: str, seen: Replication | Denied | None) -> Iterator[Finding]:
    name = policy.name
    if isinstance(seen, Denied):
        yield unknown("s3.replication", name, seen)
        return
    rules = [rule for rule in seen.rules if rule.destination == replica] if seen else []
    on = [rule for rule in rules if rule.enabled]
    whole = next((rule for rule in on if rule.whole_bucket), None)
    if not rules:
        observed, why = "no rule", f"{name} is not replicated to {replica}"
    elif not on:
        observed, why = "disabled", f"the replication of {name} to {replica} is turned off"
    else:
        observed, why = ("enabled" if whole else "in part"), f"only a part of {name} is replicated to {replica}"
    yield judged(
        "s3.replication",
        name,
        holds=whole is not None,
        observed=observed,
        wrong=why,
        fix="turn a rule for the whole bucket on; what was written before has to be replicated by a batch job",
    )
    if whole is not None and policy.delete_markers is not None:
        does = "replicates" if whole.delete_markers else "does not replicate"
        yield judged(
            "s3.delete-markers",
            name,
            holds=whole.delete_markers == policy.delete_markers,
            observed="replicated" if whole.delete_markers else "not replicated",
            wrong=f"{name} {does} deletions to {replica}",
            fix=f"have rule {whole.id} handle delete markers as the policy says",
        )


def _judge_lifecycle(policy: BucketPolicy, expiries: tuple[Expiry, ...] | Denied) -> Finding:
    name = policy.name
    if isinstance(expiries, Denied):
        return unknown("s3.lifecycle", name, expiries)
    first = expiries[0] if expiries else None
    return judged(
        "s3.lifecycle",
        name,
        holds=first is None or first.days >= policy.noncurrent_days,
        observed=f"{first.days} days" if first else "older versions stay",
        wrong=f"older versions in {name} are removed after {first.days if first else 0} days,"
        f" before {policy.noncurrent_days} have gone by",
        fix=f"have rule {first.rule if first else ''} wait longer",
    )
