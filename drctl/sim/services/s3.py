"""S3: replication that takes its time, and stops with a Region. Buckets and objects are moto's."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from urllib.parse import unquote

from drctl.sim.overlay import AwsError, Call, Handler, World
from drctl.sim.services.bucket_names import BucketNames, complete
from drctl.sim.services.bucket_policies import GUARDED, check_policy
from drctl.sim.services.object_copies import (
    find_bucket,
    find_version,
    is_marker,
    keep_in_order,
    newest_version,
)
from drctl.sim.services.replication_rules import read_rules, with_ids
from drctl.sim.services.s3_replication import S3Replication


class S3Overlay:
    service = "s3"

    def __init__(self, world: World) -> None:
        self._replication = world.part(S3Replication)
        self._names = world.part(BucketNames)
        self.before: Mapping[str, Handler] = {
            **dict.fromkeys(GUARDED, check_policy),
            "CopyObject": _check_copy,
            "CreateBucket": self._names.check,
            "PutBucketVersioning": self._keep_versioning,
        }
        self.after: Mapping[str, Handler] = {
            "PutObject": self._made,
            "CopyObject": self._made,
            "CompleteMultipartUpload": self._made,
            "DeleteObject": self._deleted,
            "DeleteObjects": self._deleted_several,
            "CreateBucket": complete,
            "DeleteBucket": self._bucket_deleted,
        }
        self.replaces: Mapping[str, Handler] = {
            "PutBucketReplication": self._configure,
            "GetBucketReplication": self._configuration,
            "DeleteBucketReplication": self._remove_configuration,
        }

    def reset(self) -> None:
        self._replication.reset()
        self._names.reset()

    def state(self) -> Mapping[str, Any]:
        return self._replication.state()

    def plant_backlog(self, bucket: str, pending: int, oldest: timedelta) -> None:
        """For planting an estate: all of `bucket` has been replicated but the newest `pending` objects.

        The oldest of these has waited for `oldest`. ValueError where the bucket has not that many.
        """
        self._replication.plant_backlog(bucket, pending, oldest)

    def _configure(self, call: Call) -> None:
        bucket = _existing(call)
        if not bucket.is_versioned:
            raise AwsError(
                "InvalidRequest", "Versioning must be 'Enabled' on the bucket to apply a replication configuration"
            )
        configuration = with_ids(call.params["ReplicationConfiguration"])
        for rule in read_rules(configuration):
            destination = find_bucket(rule.destination)
            if destination is None:
                raise AwsError("InvalidRequest", "Destination bucket must exist.")
            if not destination.is_versioned:
                raise AwsError("InvalidRequest", "Destination bucket must have versioning enabled.")
        self._replication.configure(bucket.name, configuration)
        # moto's own bucket names the rules too, for whoever looks at it.
        bucket.replication = {"Role": configuration.get("Role"), "Rule": configuration["Rules"]}

    def _configuration(self, call: Call) -> Mapping[str, Any]:
        configuration = self._replication.configuration_of(_existing(call).name)
        if configuration is None:
            raise AwsError("ReplicationConfigurationNotFoundError", "The replication configuration was not found", 404)
        return {"ReplicationConfiguration": configuration}

    def _remove_configuration(self, call: Call) -> None:
        bucket = _existing(call)
        bucket.replication = None
        self._replication.remove_configuration(bucket.name)

    def _keep_versioning(self, call: Call) -> None:
        status = call.params["VersioningConfiguration"].get("Status")
        if status != "Enabled" and self._replication.configuration_of(call.params["Bucket"]) is not None:
            raise AwsError(
                "InvalidBucketState",
                "A replication configuration is present on this bucket, so the versioning state cannot be changed.",
                409,
            )

    def _made(self, call: Call) -> None:
        self._accept(call.params["Bucket"], call.params["Key"])

    def _deleted(self, call: Call) -> None:
        # The deletion of one version is never replicated; a delete marker may be.
        if not call.params.get("VersionId"):
            self._accept(call.params["Bucket"], call.params["Key"], marker=True)

    def _deleted_several(self, call: Call) -> None:
        for deleted in call.params["Delete"]["Objects"]:
            if not deleted.get("VersionId"):
                self._accept(call.params["Bucket"], deleted["Key"], marker=True)

    def _accept(self, bucket: str, key: str, *, marker: bool = False) -> None:
        keep_in_order(bucket, key)
        version = newest_version(bucket, key)
        if version is not None and is_marker(version) == marker and find_bucket(bucket).is_versioned:
            self._replication.accept(bucket, version)

    def _bucket_deleted(self, call: Call) -> None:
        self._replication.remove_configuration(call.params["Bucket"])
        self._names.release(call.params["Bucket"])


def _check_copy(call: Call) -> None:
    """A copy is made from what was seen onto what was seen, or not at all; moto ignores these conditions."""
    check_policy(call)
    path, _, version = str(call.params["CopySource"]).lstrip("/").partition("?versionId=")
    bucket, _, key = path.partition("/")
    source = find_version(bucket, unquote(key), version) if version else newest_version(bucket, unquote(key))
    wanted = call.params.get("CopySourceIfMatch")
    if wanted and source is not None and not _has_etag(source, wanted):
        raise _precondition_failed("x-amz-copy-source-If-Match")
    over = newest_version(call.params["Bucket"], call.params["Key"])
    present = None if over is None or is_marker(over) else over
    if call.params.get("IfNoneMatch") == "*" and present is not None:
        raise _precondition_failed("If-None-Match")
    if if_match := call.params.get("IfMatch"):
        if present is None:
            raise AwsError("NoSuchKey", "The specified key does not exist.", 404)
        if not _has_etag(present, if_match):
            raise _precondition_failed("If-Match")


def _has_etag(version: Any, etag: str) -> bool:
    return not is_marker(version) and version.etag.strip('"') == etag.strip('"')


def _precondition_failed(condition: str) -> AwsError:
    said = f"At least one of the pre-conditions you specified did not hold: {condition}"
    return AwsError("PreconditionFailed", said, 412)


def _existing(call: Call) -> Any:
    bucket = find_bucket(call.params["Bucket"])
    if bucket is None:
        raise AwsError("NoSuchBucket", "The specified bucket does not exist", 404)
    return bucket
