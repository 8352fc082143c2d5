"""Make a bucket again that was deleted, under its old name and with its old settings, empty.

A name that is free may be taken by anybody, so this is worth doing soon; and it may take
a while until the old name can be used again. Serve from the replica meanwhile, and fill
the bucket from there with `s3.batch_replicate`. Buckets are made by a control plane in
us-east-1 ("AWS Fault Isolation Boundaries", Amazon S3).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from drctl.actions.s3.bucket_decisions import CREATE, DELETE, SETTLE, decide_creation, first_lack
from drctl.actions.s3.bucket_params import Params
from drctl.aws.s3 import bucket_arn
from drctl.aws.s3_buckets import (
    BucketSettings,
    block_public_access,
    create_bucket,
    delete_bucket,
    encrypt_with,
    find_settings,
    keep_versions,
    put_policy,
    put_replication,
)
from drctl.aws.s3_policy import BucketPolicy
from drctl.model.decision import Change, Decision, Done, Refuse
from drctl.model.evidence import Evidence
from drctl.model.past import Past
from drctl.model.values import Json, ValueKind
from drctl.ports.action import ActionSpec, Permission, StepContext, passed_to


class S3RecreateBucket:
    """Afterwards the account has the bucket in that Region, with the settings asked for; nothing is put into it."""

    spec = ActionSpec(
        kind="s3.recreate_bucket",
        summary="Make a bucket that was deleted again, under its old name and with its settings",
        params=Params,
        outputs={"bucket": ValueKind.STRING, "arn": ValueKind.STRING, "created": ValueKind.BOOLEAN},
        expect=timedelta(minutes=5),
        deadline=timedelta(hours=2),
        operations=(
            "s3:ListBuckets",
            "s3:HeadBucket",
            "s3:ListObjectVersions",
            "s3:GetBucketVersioning",
            "s3:GetBucketEncryption",
            "s3:GetPublicAccessBlock",
            "s3:GetBucketOwnershipControls",
            "s3:GetBucketPolicy",
            "s3:GetBucketReplication",
            "s3:GetBucketTagging",
            "s3:CreateBucket",
            "s3:PutBucketVersioning",
            "s3:PutBucketEncryption",
            "s3:PutPublicAccessBlock",
            "s3:PutBucketPolicy",
            "s3:PutBucketReplication",
            "s3:DeleteBucket",
        ),
        mutating=True,
        example="""\
- id: recreate-storage
  uses: s3.recreate_bucket
  with:
    region: eu-central-1
    bucket: amply-storage-prod
    kms_key: arn:aws:kms:eu-central-1:111111111111:key/mrk-1234abcd12ab34cd56ef1234567890ab
""",
    )

    def observe(self, params: Params, ctx: StepContext) -> BucketSettings | None:
        return find_settings(ctx.aws.client("s3", params.region), params.bucket)

    def decide(self, params: Params, seen: BucketSettings | None, past: Past) -> Decision:
        if seen is None:
            return decide_creation(params, past)
        if seen.region != params.region:
            where = seen.region or "an unknown Region"
            return Refuse(f"{params.bucket} is in {where}, not in {params.region}", "look at `region`")
        if seen.ownership != params.ownership:
            because = f"objects in {params.bucket} belong by {seen.ownership or 'no rule'}, not {params.ownership}"
            return Refuse(because, "change that by hand: it decides whether access control lists count")
        change = first_lack(params, seen)
        if change is None:
            return Done(f"{params.bucket} is there, with its settings")
        if seen.owner != past.run and not past.adopt:
            made_by = seen.owner or "somebody else"
            hint = "it is not one that was deleted; look at its settings, or set `adopt: true` on the step"
            return Refuse(f"{params.bucket} is there, made by {made_by}, and not as it has to be", hint)
        return change

    def act(self, params: Params, change: Change, ctx: StepContext) -> Mapping[str, Json]:
        s3 = ctx.aws.client("s3", params.region)
        match change.name:
            case "create":
                create_bucket(s3, params.bucket, params.region, params.ownership, {**params.tags, **ctx.tags})
            case "keep-versions":
                keep_versions(s3, params.bucket)
            case "encrypt":
                encrypt_with(s3, params.bucket, params.kms_key or "")
            case "block-public-access":
                block_public_access(s3, params.bucket, blocked=params.public_access == "blocked")
            case "put-policy":
                put_policy(s3, params.bucket, BucketPolicy(params.policy or {}))
            case "replicate":
                put_replication(s3, params.bucket, params.replication or {})
            case "delete":
                delete_bucket(s3, params.bucket)
        return {}

    def verify(self, params: Params, seen: BucketSettings | None, past: Past, ctx: StepContext) -> Evidence:
        if seen is None or first_lack(params, seen) is not None:
            return Evidence.missing(f"{params.bucket} is not there as it has to be")
        filled = "is empty" if seen.empty else "holds objects"
        return Evidence.of(
            f"{params.bucket} is in {seen.region} with its settings, and {filled}",
            outputs={
                "bucket": params.bucket,
                "arn": bucket_arn(params.bucket),
                "created": seen.owner == past.run,
            },
        )

    def decide_undo(self, params: Params, seen: BucketSettings | None, past: Past) -> Decision:
        if seen is None:
            return Done(f"there is no bucket {params.bucket}")
        if seen.owner != past.run:
            changed = [change.name for change in past.changes if change.name != CREATE and not change.undoing]
            if not changed:
                return Done(f"{params.bucket} was not made by this run")
            hint = f"the journal has what was there before: {', '.join(changed)}"
            return Refuse(f"{params.bucket} was not made by this run; its settings are left as they are", hint)
        if not seen.empty:
            hint = "whatever was written to it since would be lost; empty and delete it by hand if that is wanted"
            return Refuse(f"{params.bucket} holds objects", hint)
        return Change(
            name=DELETE,
            summary=f"delete the empty bucket {params.bucket}",
            operation="s3:DeleteBucket",
            target=params.bucket,
            settle=SETTLE,
        )

    def permissions(self, params: Params, region: str, account: str) -> tuple[Permission, ...]:
        arns = (bucket_arn(params.bucket),)
        looks = (
            "s3:ListBucket",
            "s3:ListBucketVersions",
            "s3:GetBucketVersioning",
            "s3:GetEncryptionConfiguration",
            "s3:GetBucketPublicAccessBlock",
            "s3:GetBucketOwnershipControls",
            "s3:GetBucketPolicy",
            "s3:GetReplicationConfiguration",
            "s3:GetBucketTagging",
        )
        makes = (
            "s3:CreateBucket",
            # For the tags and the ownership in the create call (Amazon S3 API Reference, CreateBucket).
            "s3:TagResource",
            "s3:PutBucketTagging",
            "s3:PutBucketOwnershipControls",
            "s3:PutBucketVersioning",
            "s3:PutEncryptionConfiguration",
            "s3:PutBucketPublicAccessBlock",
            "s3:PutBucketPolicy",
            "s3:PutReplicationConfiguration",
            "s3:DeleteBucket",
        )
        permissions = (
            Permission(("s3:ListAllMyBuckets",), why="tell the account's own buckets from other accounts'"),
            Permission(looks, arns, "see its settings"),
            Permission(makes, arns, "make it as it was, and delete it while it is empty"),
        )
        if params.replication is None:
            return permissions
        role = str(params.replication["Role"])
        passes = Permission(("iam:PassRole",), (role,), "give the replication its role", passed_to("s3.amazonaws.com"))
        return (*permissions, passes)
