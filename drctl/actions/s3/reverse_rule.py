"""Whether a replica replicates back to its source, and how it is made to and made not to. Pure.

The rule has a fixed name, so that "did an earlier attempt put it?" always has one answer.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from drctl.aws.s3 import Bucket, ReplicationRule, read_rule
from drctl.model.decision import Change, Refuse
from drctl.model.past import Past
from drctl.model.values import Json

REVERSE_RULE = "drctl-reverse"


def leads_back(bucket: Bucket, source: str) -> bool:
    """Whether a rule of whatever name carries everything in `bucket` to `source`."""
    rules = bucket.replication.rules if bucket.replication else ()
    return any(_carries(rule, source) for rule in rules)


def decide_rule(bucket: Bucket, source: str, role: str) -> Change | Refuse | None:
    """The change that makes `bucket` replicate to `source`; None where it does, by a rule prepared in advance too."""
    if leads_back(bucket, source):
        return None
    present = bucket.replication
    ours = present.rule(REVERSE_RULE) if present else None
    if ours is not None and ours.destination != source:
        hint = f"it may belong to another recovery; remove the rule {REVERSE_RULE} by hand if it does not"
        return Refuse(f"{bucket.name} already has a rule {REVERSE_RULE}, to {ours.destination}", hint)
    if present is not None and present.role != role and any(rule.id != REVERSE_RULE for rule in present.rules):
        # One role serves all rules; another one could break those that somebody else relies on.
        return Refuse(f"{bucket.name} replicates with the role {present.role}", f"set `role: {present.role}`")
    return Change(
        name="put-reverse-rule",
        summary=f"replicate {bucket.name} back to {source}",
        operation="s3:PutBucketReplication",
        target=bucket.name,
        undo={"replication": present.document if present else None},
    )


def decide_removal(bucket: Bucket | None, source: str, past: Past) -> Change | Refuse | None:
    """The change that takes this run's rule away again; None where nothing of it is left."""
    made = past.made("put-reverse-rule")
    ours = bucket.replication.rule(REVERSE_RULE) if bucket and bucket.replication else None
    if not made or bucket is None or ours is None:
        return None
    previous = _rule_before(made[0].undo)
    if previous is not None and read_rule(previous) == ours:
        return None
    if not _carries(ours, source) or not ours.delete_markers:
        hint = f"look at the rule {REVERSE_RULE} and remove it by hand"
        return Refuse(f"the rule {REVERSE_RULE} of {bucket.name} was changed by somebody else since; left alone", hint)
    return Change(
        name="remove-reverse-rule",
        summary=f"take the rule {REVERSE_RULE} from {bucket.name}",
        operation="s3:PutBucketReplication",
        target=bucket.name,
        detail=previous,
    )


def _rule_before(undo: Mapping[str, Json]) -> Mapping[str, Json] | None:
    """The rule of our name that was there before this run, as AWS wrote it."""
    before = undo.get("replication")
    rules = before.get("Rules") if isinstance(before, Mapping) else ()
    named = (rule for rule in rules if isinstance(rule, Mapping)) if isinstance(rules, Sequence) else iter(())
    return next((rule for rule in named if rule.get("ID") == REVERSE_RULE), None)


def _carries(rule: ReplicationRule, to: str) -> bool:
    return rule.enabled and rule.whole_bucket and rule.destination == to
