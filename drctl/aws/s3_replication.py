"""Change one rule of a bucket's replication and leave the others as they are.

PutBucketReplication replaces the whole configuration and knows no ETag (Amazon S3
API Reference), so each change reads the configuration anew right before it writes:
what somebody else has added since the step looked is written back with the rest.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from drctl.aws.lost_race import check_unchanged
from drctl.aws.s3 import bucket_arn, find_replication
from drctl.model.values import Json

MOST_MINUTES = 15
"""The only threshold that replication time control takes (Amazon S3 API Reference, ReplicationTimeValue)."""


def put_rule(s3: Any, bucket: str, rule_id: str, to: str, role: str) -> None:
    """Afterwards `bucket` replicates all of itself to the bucket `to`, by a rule of that id; other rules are kept.

    Where there are others their role stays: AWS has one for all rules. Raises PreconditionFailed where somebody else
    has made a rule of that id since the step looked, which leads elsewhere.
    """
    present = find_replication(s3, bucket)
    theirs = present.rule(rule_id) if present else None
    if theirs is not None:
        check_unchanged(to, theirs.destination, "PutBucketReplication", f"the rule {rule_id} of {bucket}")
    others = _others(present.document if present else None, rule_id)
    highest = max((int(str(rule.get("Priority", 0))) for rule in others), default=0)
    _put(s3, bucket, present.role if present and others else role, [*others, _reverse(rule_id, to, highest + 1)])


def remove_rule(s3: Any, bucket: str, rule_id: str, instead: Mapping[str, Json] | None) -> None:
    """Afterwards the rule of that id is gone, or is `instead`, which was there before; other rules are kept."""
    present = find_replication(s3, bucket)
    if present is None:
        return
    others = _others(present.document, rule_id)
    if instead is not None:
        others = [*others, instead]
    if others:
        _put(s3, bucket, present.role, others)
    else:
        # AWS takes no configuration without a rule.
        s3.delete_bucket_replication(Bucket=bucket)


def _others(document: Mapping[str, Any] | None, rule_id: str) -> list[Mapping[str, Any]]:
    rules: Sequence[Mapping[str, Any]] = document["Rules"] if document else ()
    return [rule for rule in rules if rule.get("ID") != rule_id]


def _put(s3: Any, bucket: str, role: str, rules: Sequence[Mapping[str, Any]]) -> None:
    s3.put_bucket_replication(Bucket=bucket, ReplicationConfiguration={"Role": role, "Rules": list(rules)})


def _reverse(rule_id: str, to: str, priority: int) -> dict[str, Any]:
    return {
        "ID": rule_id,
        "Priority": priority,
        "Status": "Enabled",
        "Filter": {"Prefix": ""},
        # What is deleted while the replica is the writer must not come back with the failback.
        "DeleteMarkerReplication": {"Status": "Enabled"},
        # Without this, what customers change about an object that came as a replica would stay behind.
        "SourceSelectionCriteria": {"ReplicaModifications": {"Status": "Enabled"}},
        "Destination": {
            "Bucket": bucket_arn(to),
            "Metrics": {"Status": "Enabled", "EventThreshold": {"Minutes": MOST_MINUTES}},
            "ReplicationTime": {"Status": "Enabled", "Time": {"Minutes": MOST_MINUTES}},
        },
    }
