"""How well a bucket is protected against losing what is in it, one look at a time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from drctl.aws.failures import absent
from drctl.aws.s3_rules import ON, find_lifecycle_rules

VERSIONED = "Enabled"
"""`Suspended` and nothing at all are the others (Amazon S3 API Reference, GetBucketVersioning)."""


@dataclass(frozen=True, slots=True)
class Expiry:
    """A lifecycle rule that is on and removes versions which have become noncurrent."""

    rule: str
    days: int


def find_versioning(s3: Any, name: str) -> str | None:
    """`Enabled`, `Suspended`, or empty where it never was on; None where there is no such bucket."""
    with absent("404", "NoSuchBucket"):
        return str(s3.get_bucket_versioning(Bucket=name).get("Status", ""))
    return None


def list_expiries(s3: Any, name: str) -> tuple[Expiry, ...]:
    """The rules of the bucket's lifecycle that remove noncurrent versions, the quickest first."""
    found = find_lifecycle_rules(s3, name)
    rules: Mapping[str, Mapping[str, Any]] = found.by_id if found else {}
    told = [
        Expiry(id, int(rule["NoncurrentVersionExpiration"]["NoncurrentDays"]))
        for id, rule in rules.items()
        if rule.get("Status") == ON and "NoncurrentDays" in rule.get("NoncurrentVersionExpiration", {})
    ]
    return tuple(sorted(told, key=lambda expiry: expiry.days))
