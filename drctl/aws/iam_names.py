"""The names that IAM has for operations of the API."""

from __future__ import annotations

_IAM_SERVICE = {"elbv2": "elasticloadbalancing", "s3control": "s3", "sesv2": "ses"}
_IAM_ACTION = {
    "s3:HeadBucket": "s3:ListBucket",
    "s3:ListObjectsV2": "s3:ListBucket",
    "s3:ListObjectVersions": "s3:ListBucketVersions",
    "s3:HeadObject": "s3:GetObject",
    "s3:CopyObject": "s3:PutObject",
    "s3:DeleteObjects": "s3:DeleteObjectVersion",
    "s3:GetBucketReplication": "s3:GetReplicationConfiguration",
    "s3:PutBucketReplication": "s3:PutReplicationConfiguration",
    "s3:DeleteBucketReplication": "s3:PutReplicationConfiguration",
    "lambda:Invoke": "lambda:InvokeFunction",
    "s3:PutBucketVersioning": "s3:PutBucketVersioning",
    "s3:ListBuckets": "s3:ListAllMyBuckets",
    "s3:GetBucketEncryption": "s3:GetEncryptionConfiguration",
    "s3:PutBucketEncryption": "s3:PutEncryptionConfiguration",
    "s3:GetPublicAccessBlock": "s3:GetBucketPublicAccessBlock",
    "s3:PutPublicAccessBlock": "s3:PutBucketPublicAccessBlock",
    "s3:GetBucketLifecycleConfiguration": "s3:GetLifecycleConfiguration",
    "s3:PutBucketLifecycleConfiguration": "s3:PutLifecycleConfiguration",
}
"""Where IAM has another name than the API (Service Authorization Reference)."""


def iam_action(operation: str) -> str:
    """The IAM action that an operation in boto3's names needs: `s3:ListBucket` for `s3:HeadBucket`."""
    service, name = operation.split(":")
    wanted = f"{_IAM_SERVICE.get(service, service)}:{name}"
    return _IAM_ACTION.get(wanted, wanted)
