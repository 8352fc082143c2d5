"""The rules of a bucket that have a switch each, for replication and for lifecycle: read and written as a whole."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from drctl.aws.failures import absent
from drctl.aws.lost_race import check_unchanged
from drctl.model.values import Json

ON, OFF = "Enabled", "Disabled"
STATUSES = frozenset({ON, OFF})
"""Amazon S3 API Reference, ReplicationRule and LifecycleRule."""


@dataclass(frozen=True, slots=True)
class RuleSet:
    document: Mapping[str, Json]
    """The configuration as S3 gave it, for the undo ledger and for writing it back but for statuses."""
    beside: Mapping[str, str] = field(default_factory=dict)
    """What S3 keeps beside the configuration, and takes beside it."""

    @property
    def by_id(self) -> dict[str, Mapping[str, Json]]:
        """The rules; S3 has given an id to each that had none."""
        rules: Any = self.document["Rules"]
        return {str(rule.get("ID", "")): rule for rule in rules}

    def status(self, id: str) -> str:
        return str(self.by_id[id]["Status"])

    def turned(self, ids: Collection[str], status: str) -> RuleSet:
        """The same with another status for the rules of these ids."""
        rules = [{**rule, "Status": status} if id in ids else rule for id, rule in self.by_id.items()]
        return replace(self, document={**self.document, "Rules": rules})


def find_replication_rules(s3: Any, bucket: str) -> RuleSet | None:
    """The bucket's replication, or None where it has none."""
    with absent("ReplicationConfigurationNotFoundError"):
        return RuleSet(s3.get_bucket_replication(Bucket=bucket)["ReplicationConfiguration"])
    return None


def replace_replication_rules(s3: Any, bucket: str, seen: RuleSet | None, wanted: RuleSet) -> None:
    """The bucket replicates by `wanted`. PreconditionFailed, and nothing sent, where what it has is not `seen` now."""
    present = find_replication_rules(s3, bucket)
    check_unchanged(seen, present, "PutBucketReplication", f"the replication of {bucket}")
    s3.put_bucket_replication(Bucket=bucket, ReplicationConfiguration=wanted.document)


def find_lifecycle_rules(s3: Any, bucket: str) -> RuleSet | None:
    """The bucket's lifecycle, or None where it has none. Dates are left as S3 tells them."""
    with absent("NoSuchLifecycleConfiguration"):
        answer = s3.get_bucket_lifecycle_configuration(Bucket=bucket)
        smallest = answer.get("TransitionDefaultMinimumObjectSize")
        beside = {"TransitionDefaultMinimumObjectSize": str(smallest)} if smallest else {}
        return RuleSet({"Rules": _plain(answer["Rules"])}, beside)
    return None


def replace_lifecycle_rules(s3: Any, bucket: str, seen: RuleSet | None, wanted: RuleSet) -> None:
    """The bucket's lifecycle is `wanted`. PreconditionFailed, and nothing sent, where what it has is not `seen` now."""
    present = find_lifecycle_rules(s3, bucket)
    check_unchanged(seen, present, "PutBucketLifecycleConfiguration", f"the lifecycle of {bucket}")
    s3.put_bucket_lifecycle_configuration(Bucket=bucket, LifecycleConfiguration=wanted.document, **wanted.beside)


def _plain(value: Any) -> Any:
    """`value` with its instants as text, which S3 takes as well as the journal does."""
    if isinstance(value, Mapping):
        return {key: _plain(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_plain(inner) for inner in value]
    return value.isoformat() if hasattr(value, "isoformat") else value
