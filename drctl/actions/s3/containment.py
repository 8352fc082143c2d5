"""The statement that keeps everybody from writing to a bucket, and whether a policy holds it. Pure.

Its Sid is fixed, so that "did an earlier attempt put it?" always has one answer, and so
that any later run can take it away.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from drctl.aws.s3 import bucket_arn
from drctl.aws.s3_policy import BucketPolicy, Statement, same_statement

SID = "DrctlContain"
DENIED = ("s3:PutObject", "s3:PutObjectAcl", "s3:DeleteObject", "s3:DeleteObjectVersion")
"""What makes, overwrites, or deletes an object, copies and multipart uploads included (Amazon S3 User Guide, Required
permissions for Amazon S3 API operations). Replicas arrive by s3:ReplicateObject, which is not among them."""


def containing(bucket: str, exempt: Sequence[str]) -> Statement:
    """The statement that denies writes and deletes to all but the roles `exempt`."""
    statement: dict[str, Any] = {
        "Sid": SID,
        "Effect": "Deny",
        "Principal": "*",
        "Action": list(DENIED),
        "Resource": f"{bucket_arn(bucket)}/*",
    }
    if exempt:
        # Of a session this key is its role's ARN (IAM User Guide, aws:PrincipalArn).
        statement["Condition"] = {"ArnNotEquals": {"aws:PrincipalArn": sorted(exempt)}}
    return statement


def contained(policy: BucketPolicy | None, bucket: str, exempt: Sequence[str]) -> bool:
    """Whether the policy holds the statement, for exactly these roles."""
    present = policy.statement(SID) if policy else None
    return present is not None and same_statement(present, containing(bucket, exempt))
