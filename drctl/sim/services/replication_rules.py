"""Replication configurations of S3: what is refused, and which rules take an object or a delete marker.

The checks and their words follow "Amazon S3 API Reference, PutBucketReplication"; what a rule takes follows
"Amazon S3 User Guide, What does Amazon S3 replicate?".
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from drctl.sim.overlay import AwsError

_NEW_SCHEMA = "must be specified for this version of Cross Region Replication configuration schema."


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One rule; `markers` says whether delete markers are replicated, `metrics` whether CloudWatch is told."""

    id: str
    enabled: bool
    priority: int
    prefix: str
    tags: Mapping[str, str]
    destination: str
    markers: bool
    encrypted: bool
    metrics: bool

    def takes(self, key: str, tags: Mapping[str, str], *, encrypted: bool) -> bool:
        """Whether the rule replicates an object of that name and tags; with KMS encryption only if it says so."""
        return (
            self.enabled
            and key.startswith(self.prefix)
            and self.tags.items() <= tags.items()
            and (self.encrypted or not encrypted)
        )


def read_rules(configuration: Mapping[str, Any]) -> tuple[Rule, ...]:
    """The rules of a configuration in boto3's shape. AwsError for one that S3 would not take."""
    asked = configuration.get("Rules") or ()
    rules = tuple(_read_rule(rule) for rule in asked)
    priorities = [rule.priority for rule, told in zip(rules, asked, strict=True) if "Priority" in told]
    if len(priorities) != len(set(priorities)):
        raise _invalid("Found duplicate priority in the replication rules.")
    if len({rule.id for rule in rules}) != len(rules):
        raise _invalid("Rule Id must be unique. Found same Id for more than one rule.")
    return rules


def with_ids(configuration: Mapping[str, Any]) -> dict[str, Any]:
    """`configuration` with an id for every rule that has none."""
    rules = [{"ID": f"rule-{number}", **rule} for number, rule in enumerate(configuration.get("Rules") or (), 1)]
    return {**configuration, "Rules": rules}


def rules_for(rules: Iterable[Rule], key: str, tags: Mapping[str, str], *, encrypted: bool) -> list[Rule]:
    """The rules that an object falls under: of those with the same destination, the one of the highest priority."""
    chosen: dict[str, Rule] = {}
    for rule in sorted(rules, key=lambda rule: rule.priority):
        if rule.takes(key, tags, encrypted=encrypted):
            chosen[rule.destination] = rule
    return list(chosen.values())


def _read_rule(rule: Mapping[str, Any]) -> Rule:
    # A rule with a Filter is of the second schema; in the first, delete markers are always replicated.
    second = "Filter" in rule
    asked = rule.get("Filter") or {}
    both = asked.get("And") or {}
    markers = (rule.get("DeleteMarkerReplication") or {}).get("Status")
    if second and "Priority" not in rule:
        raise _invalid(f"Priority {_NEW_SCHEMA}")
    if second and markers is None:
        raise _invalid(f"DeleteMarkerReplication {_NEW_SCHEMA}")
    if markers == "Enabled" and (asked.get("Tag") or both.get("Tags")):
        raise _invalid("Delete marker replication is not supported if any Tag filter is specified.")
    tags = [asked["Tag"]] if asked.get("Tag") else both.get("Tags") or []
    destination = rule["Destination"]
    timed = (destination.get("ReplicationTime") or {}).get("Status") == "Enabled"
    metrics = (destination.get("Metrics") or {}).get("Status") == "Enabled"
    if timed and not metrics:
        raise _invalid("Metrics must be enabled when Replication Time Control is.")
    source = rule.get("SourceSelectionCriteria") or {}
    return Rule(
        id=rule["ID"],
        enabled=rule["Status"] == "Enabled",
        priority=int(rule.get("Priority") or 0),
        prefix=asked.get("Prefix") or both.get("Prefix") or rule.get("Prefix") or "",
        tags={tag["Key"]: tag["Value"] for tag in tags},
        destination=str(destination["Bucket"]).removeprefix("arn:aws:s3:::"),
        markers=markers == "Enabled" if second else True,
        encrypted=(source.get("SseKmsEncryptedObjects") or {}).get("Status") == "Enabled",
        metrics=metrics,
    )


def _invalid(message: str) -> AwsError:
    return AwsError("InvalidRequest", message)
