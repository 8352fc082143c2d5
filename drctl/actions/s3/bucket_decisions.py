"""What a bucket lacks to be what a step wants, one change after the other, and what may be done to it. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from drctl.actions.s3.bucket_params import Params
from drctl.aws.s3_buckets import BucketSettings
from drctl.aws.s3_policy import BucketPolicy, same_statement
from drctl.model.decision import Change, Refuse
from drctl.model.past import Past

CREATE, DELETE = "create", "delete"
SETTLE = timedelta(seconds=60)
"""Bucket configurations are eventually consistent (Amazon S3 User Guide, Amazon S3 data consistency model)."""


def decide_creation(params: Params, past: Past) -> Change | Refuse:
    """The change that makes the bucket, or the reason why nobody can."""
    last = past.last(CREATE)
    if last is not None and last.epoch == past.epoch and "BucketAlreadyExists" in last.failure:
        hint = "go on with the replica's name, for good; or ask AWS Support for the name"
        return Refuse(f"another account has the name {params.bucket} by now", hint)
    return Change(
        name=CREATE,
        summary=f"create the bucket {params.bucket} in {params.region}",
        operation="s3:CreateBucket",
        target=params.bucket,
        settle=SETTLE,
    )


def first_lack(params: Params, found: BucketSettings) -> Change | None:
    """The change for the first setting that is not as wanted; None where all are. Policies come when the rest stands.

    A policy that opens the bucket is only taken once public access is not blocked, and replication takes versions.
    """
    if params.versioned and not found.versioned:
        return _put(params, "keep-versions", "keep versions in", "s3:PutBucketVersioning", {"versioned": False})
    if params.kms_key is not None and params.kms_key != found.kms_key:
        before: dict[str, Any] = {"kms_key": found.kms_key}
        return _put(params, "encrypt", f"encrypt with {params.kms_key}:", "s3:PutBucketEncryption", before)
    if found.blocked is not (params.public_access == "blocked"):
        verb = "leave to its policy, and no block, who reads" if found.blocked else "block public access to"
        return _put(params, "block-public-access", verb, "s3:PutPublicAccessBlock", {"blocked": found.blocked})
    if params.policy is not None and not _same_policy(found.policy, params.policy):
        before = {"policy": found.policy.document if found.policy else None}
        return _put(params, "put-policy", "put the policy of", "s3:PutBucketPolicy", before)
    if params.replication is not None and not _replicates(found, params.replication):
        before = {"replication": found.replication.document if found.replication else None}
        return _put(params, "replicate", "replicate", "s3:PutBucketReplication", before)
    return None


def _put(params: Params, name: str, verb: str, operation: str, before: Mapping[str, Any]) -> Change:
    return Change(
        name=name,
        summary=f"{verb} {params.bucket}",
        operation=operation,
        target=params.bucket,
        undo=before,
        settle=SETTLE,
    )


def _same_policy(present: BucketPolicy | None, wanted: Mapping[str, Any]) -> bool:
    if present is None:
        return False
    ours, theirs = BucketPolicy(wanted).statements, present.statements
    return len(ours) == len(theirs) and all(any(same_statement(one, other) for other in theirs) for one in ours)


def _replicates(found: BucketSettings, wanted: Mapping[str, Any]) -> bool:
    """Whether what S3 tells holds everything that was asked for; it may add what it takes for granted."""
    return found.replication is not None and _holds(found.replication.document, wanted)


def _holds(told: Any, asked: Any) -> bool:
    if isinstance(asked, Mapping):
        return isinstance(told, Mapping) and all(key in told and _holds(told[key], asked[key]) for key in asked)
    if isinstance(asked, Sequence) and not isinstance(asked, str):
        return (
            isinstance(told, Sequence)
            and len(told) == len(asked)
            and all(any(_holds(one, other) for one in told) for other in asked)
        )
    return bool(told == asked)
