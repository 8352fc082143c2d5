"""S3 buckets, their replication, and the objects in them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from drctl.model.estate_stores import Objects, Replication
from drctl.sim.seed.ground import Ground, Spot
from drctl.sim.services.s3_replication import S3Replication

_WHERE_NO_LOCATION_IS_NAMED = "us-east-1"


def plant_buckets(spot: Spot) -> None:
    """Every bucket of the place is there, closed to the public and encrypted with its key."""
    s3 = spot.client("s3")
    for name, bucket in spot.place.buckets.items():
        location = {"CreateBucketConfiguration": {"LocationConstraint": spot.region}}
        s3.create_bucket(Bucket=name, **({} if spot.region == _WHERE_NO_LOCATION_IS_NAMED else location))
        if bucket.versioning:
            s3.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Enabled"})
        if bucket.key is not None:
            default = {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": spot.made("key", bucket.key)}
            rule = {"ApplyServerSideEncryptionByDefault": default}
            s3.put_bucket_encryption(Bucket=name, ServerSideEncryptionConfiguration={"Rules": [rule]})
        if bucket.old_versions_kept is not None:
            s3.put_bucket_lifecycle_configuration(
                Bucket=name, LifecycleConfiguration={"Rules": [_expiry(bucket.old_versions_kept)]}
            )
        if bucket.public_website:
            s3.put_bucket_website(Bucket=name, WebsiteConfiguration={"IndexDocument": {"Suffix": "index.html"}})
        else:
            _close(s3, name)


def plant_replication(ground: Ground) -> None:
    """Every replication rule is there, and the reverse one where both ways were asked for."""
    for spot in ground.spots():
        for name, bucket in spot.place.buckets.items():
            rule = bucket.replication
            if rule is None:
                continue
            _replicate(spot, name, rule.to, rule)
            if rule.both_ways:
                home = spot.elsewhere(ground.estate.buckets_of(spot.account)[rule.to])
                _replicate(home, rule.to, name, rule)


def plant_objects(spot: Spot) -> None:
    """Every bucket holds its objects, those that are still to be replicated among them."""
    for name, bucket in spot.place.buckets.items():
        if bucket.objects is not None:
            _put(spot, name, bucket.objects)
        if bucket.replication is not None and bucket.replication.pending:
            size = (bucket.objects or Objects(count=0)).bytes
            _put(spot, name, Objects(count=bucket.replication.pending, bytes=size, prefix="pending/"))


def hold_back(spot: Spot) -> None:
    """The objects that are still to be replicated have no replica, and have waited for their time."""
    replication = spot.ground.world.part(S3Replication)
    for name, bucket in spot.place.buckets.items():
        if bucket.replication is not None and bucket.replication.pending:
            replication.plant_backlog(name, bucket.replication.pending, bucket.replication.oldest_pending)


def _expiry(kept: timedelta) -> dict[str, Any]:
    return {
        "ID": "delete-old-versions",
        "Status": "Enabled",
        "Filter": {"Prefix": ""},
        "NoncurrentVersionExpiration": {"NoncurrentDays": kept.days},
    }


def _close(s3: Any, bucket: str) -> None:
    names = ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets")
    s3.put_public_access_block(Bucket=bucket, PublicAccessBlockConfiguration=dict.fromkeys(names, True))


def _replicate(spot: Spot, source: str, to: str, rule: Replication) -> None:
    quarter = {"Minutes": 15}
    spot.client("s3").put_bucket_replication(
        Bucket=source,
        ReplicationConfiguration={
            "Role": spot.role_arn(rule.role),
            "Rules": [
                {
                    "ID": f"to-{to}",
                    "Priority": 1,
                    "Status": "Enabled",
                    "Filter": {"Prefix": ""},
                    "DeleteMarkerReplication": {"Status": "Enabled"},
                    "Destination": {
                        "Bucket": f"arn:aws:s3:::{to}",
                        "Metrics": {"Status": "Enabled", "EventThreshold": quarter},
                        "ReplicationTime": {"Status": "Enabled", "Time": quarter},
                    },
                }
            ],
        },
    )


def _put(spot: Spot, bucket: str, objects: Objects) -> None:
    s3 = spot.client("s3")
    for number in range(objects.count):
        line = f"{bucket} {number}\n".encode()
        body = (line * (objects.bytes // len(line) + 1))[: objects.bytes]
        s3.put_object(Bucket=bucket, Key=f"{objects.prefix}{number:05d}", Body=body)
