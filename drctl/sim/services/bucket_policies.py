"""What a bucket's policy denies to writers: to everybody, or to all but some roles.

Only denials are judged, since the simulated AWS allows everything else; and of their
conditions only those on the caller's role. A statement with another condition denies nothing here.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from fnmatch import fnmatchcase
from typing import Any

from drctl.sim.overlay import AwsError, Call
from drctl.sim.services.object_copies import find_bucket

GUARDED: Mapping[str, str] = {
    "PutObject": "s3:PutObject",
    "CopyObject": "s3:PutObject",
    "CreateMultipartUpload": "s3:PutObject",
    "CompleteMultipartUpload": "s3:PutObject",
    "DeleteObject": "s3:DeleteObject",
    "DeleteObjects": "s3:DeleteObject",
}
"""By call, what it is called in a policy (Amazon S3 User Guide, Required permissions for Amazon S3 API operations)."""


def check_policy(call: Call) -> None:
    """AccessDenied where the bucket's policy denies this write. DeleteObjects is denied as a whole, for any key."""
    bucket = find_bucket(call.params["Bucket"])
    if bucket is None or not bucket.policy:
        return
    for action, key in _acts(call):
        for statement in _statements(bucket.policy):
            if _denies(statement, action, f"arn:aws:s3:::{bucket.name}/{key}", call.role):
                raise AwsError("AccessDenied", f"explicit deny of {action} in the policy of {bucket.name}", 403)


def _acts(call: Call) -> Iterator[tuple[str, str]]:
    action = GUARDED[call.operation]
    objects = call.params["Delete"]["Objects"] if call.operation == "DeleteObjects" else [call.params]
    for one in objects:
        versioned = action == "s3:DeleteObject" and one.get("VersionId")
        yield "s3:DeleteObjectVersion" if versioned else action, str(one["Key"])


def _statements(policy: bytes) -> list[Mapping[str, Any]]:
    return _listed(json.loads(policy)["Statement"])


def _denies(statement: Mapping[str, Any], action: str, resource: str, role: str) -> bool:
    principal = statement.get("Principal")
    return (
        statement["Effect"] == "Deny"
        and (principal == "*" or principal == {"AWS": "*"})
        and _matches(statement.get("Action", ()), action)
        and _matches(statement.get("Resource", ()), resource)
        and _applies(statement.get("Condition") or {}, role)
    )


def _applies(condition: Mapping[str, Any], role: str) -> bool:
    for operator, asked in condition.items():
        if operator not in ("ArnNotEquals", "ArnNotLike") or set(asked) != {"aws:PrincipalArn"}:
            return False
        if _matches(asked["aws:PrincipalArn"], role):
            return False
    return True


def _matches(patterns: Any, text: str) -> bool:
    return any(fnmatchcase(text, pattern) for pattern in _listed(patterns))


def _listed(value: Any) -> list[Any]:
    return list(value) if isinstance(value, list | tuple) else [value]
