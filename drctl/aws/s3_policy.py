"""A bucket's policy, statement by statement. AWS knows it only as a whole, and without an ETag."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from drctl.aws.failures import absent
from drctl.aws.lost_race import check_unchanged
from drctl.model.values import Json

MOST_BYTES = 20 * 1024
"""A longer policy is not taken (Amazon S3 User Guide, Policies and permissions in Amazon S3)."""
VERSION = "2012-10-17"
"""The policy language in force (IAM User Guide, IAM JSON policy elements: Version)."""

Statement = Mapping[str, Json]


@dataclass(frozen=True, slots=True)
class BucketPolicy:
    document: Mapping[str, Json]
    """The policy as S3 gave it, for the undo ledger and for writing others' statements back unchanged."""

    @property
    def statements(self) -> tuple[Statement, ...]:
        found: Any = self.document.get("Statement", ())
        # The language allows a single statement without a list around it.
        return (found,) if isinstance(found, Mapping) else tuple(found)

    def statement(self, sid: str) -> Statement | None:
        """The statement of that Sid."""
        return next((one for one in self.statements if one.get("Sid") == sid), None)

    def without(self, sid: str) -> BucketPolicy | None:
        """The policy without the statement of that Sid; None where nothing would be left."""
        kept = [one for one in self.statements if one.get("Sid") != sid]
        return BucketPolicy({**self.document, "Statement": kept}) if kept else None

    @property
    def text(self) -> str:
        return json.dumps(self.document, separators=(",", ":"))

    @property
    def too_long(self) -> bool:
        return len(self.text.encode()) > MOST_BYTES


def with_statement(policy: BucketPolicy | None, *statements: Statement) -> BucketPolicy:
    """`policy` with `statements` after all others."""
    if policy is None:
        return BucketPolicy({"Version": VERSION, "Statement": list(statements)})
    return BucketPolicy({**policy.document, "Statement": [*policy.statements, *statements]})


def find_policy(s3: Any, bucket: str) -> BucketPolicy | None:
    """The bucket's policy, or None where it has none."""
    with absent("NoSuchBucketPolicy"):
        return BucketPolicy(json.loads(s3.get_bucket_policy(Bucket=bucket)["Policy"]))
    return None


def replace_policy(s3: Any, bucket: str, seen: BucketPolicy | None, wanted: BucketPolicy | None) -> None:
    """Afterwards the bucket's policy is `wanted`. PreconditionFailed, and nothing sent, where it is not `seen` now."""
    operation = "DeleteBucketPolicy" if wanted is None else "PutBucketPolicy"
    check_unchanged(seen, find_policy(s3, bucket), operation, f"the policy of {bucket}")
    if wanted is None:
        s3.delete_bucket_policy(Bucket=bucket)
    else:
        s3.put_bucket_policy(Bucket=bucket, Policy=wanted.text)


def same_statement(one: Statement, other: Statement) -> bool:
    """Whether two statements say the same. AWS may write a list of one as its only member, and lists in any order."""
    return bool(_plain(one) == _plain(other))


def _plain(value: Json) -> Any:
    if isinstance(value, Mapping):
        return {key: _plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return sorted(str(inner) for inner in value)
    return [str(value)]
