"""Objects of moto's S3, copied from one bucket to another as S3 replicates them: with the same version id."""

from __future__ import annotations

import importlib
from datetime import datetime, timedelta
from typing import Any

STATUS = "replication_status"
"""The attribute under which an object of moto's carries its replication status."""


def find_bucket(name: str) -> Any:
    """moto's bucket of that name, in whatever account; None where there is none."""
    backend = backend_of_bucket(name)
    return None if backend is None else backend.buckets.get(name)


def backend_of_bucket(name: str) -> Any:
    """moto's S3 of the account that has a bucket of that name; None where none has."""
    s3 = _s3()
    partition, account = s3.s3_backends.bucket_accounts.get(name, (None, None))
    return None if account is None else s3.s3_backends[account][partition]


def find_version(bucket: str, key: str, version: str) -> Any:
    """moto's object or delete marker of that version; None where it is gone."""
    found = find_bucket(bucket)
    versions = found.keys.getlist(key, []) if found is not None else []
    return next((one for one in versions if one.version_id == version), None)


def newest_version(bucket: str, key: str) -> Any:
    """The newest object or delete marker under `key`; None where there is none."""
    found = find_bucket(bucket)
    return found.keys.get(key) if found is not None else None


def is_marker(version: Any) -> bool:
    return isinstance(version, _s3().FakeDeleteMarker)


def tags_of(version: Any) -> dict[str, str]:
    tags: dict[str, str] = _backend_of(version).tagger.get_tag_dict_for_resource(version.arn)
    return tags


def set_status(version: Any, status: str) -> None:
    """Have HeadObject and GetObject tell that replication status."""
    _show_statuses()
    setattr(version, STATUS, status)


def status_of(version: Any) -> str:
    """The replication status that it tells; `NONE` where it tells none."""
    return str(getattr(version, STATUS, "NONE"))


def copy_version(version: Any, destination: Any) -> None:
    """Put a replica of `version` (an object or a delete marker) into the bucket `destination`.

    A replica has the version id and the time of its source ("Amazon S3 User Guide, What does Amazon S3 replicate?").
    """
    replica = _copy_marker(version) if is_marker(version) else _copy_object(version, destination)
    replica.last_modified = version.last_modified
    set_status(replica, "REPLICA")
    # What was made later is the present one, whichever arrived first.
    versions = sorted([*destination.keys.getlist(version.name, []), replica], key=lambda one: one.last_modified)
    destination.keys.setlist(version.name, versions)


def take_back(bucket: str, key: str, version: str) -> None:
    """The bucket has no such version any more."""
    found = find_bucket(bucket)
    if found is None:
        return
    left = [one for one in found.keys.getlist(key, []) if one.version_id != version]
    if left:
        found.keys.setlist(key, left)
    elif key in found.keys:
        found.keys.pop(key)


def set_time(version: Any, instant: datetime) -> None:
    """The version was put at `instant`."""
    version.last_modified = instant.replace(tzinfo=None)


def keep_in_order(bucket: str, key: str) -> None:
    """The newest version under `key` is younger than the one before, though the virtual clock stands still.

    moto tells by the time alone which version is the latest one.
    """
    found = find_bucket(bucket)
    versions = found.keys.getlist(key, []) if found is not None else []
    if len(versions) > 1 and versions[-1].last_modified <= versions[-2].last_modified:
        versions[-1].last_modified = versions[-2].last_modified + timedelta(milliseconds=1)


def _copy_object(source: Any, destination: Any) -> Any:
    default = (destination.encryption or {}).get("Rule", {}).get("ApplyServerSideEncryptionByDefault", {})
    replica = _s3().FakeKey(
        name=source.name,
        value=source.value,
        account_id=destination.account_id,
        region_name=source.region_name,
        storage=source.storage_class,
        etag=source.etag.strip('"'),
        is_versioned=True,
        version_id=source.version_id,
        multipart=source.multipart,
        bucket_name=destination.name,
        # Keys are regional: the replica is encrypted with the one of its own bucket.
        encryption=source.encryption or default.get("SSEAlgorithm"),
        kms_key_id=default.get("KMSMasterKeyID"),
        bucket_key_enabled=source.bucket_key_enabled,
        checksum_value=source.checksum_value,
        checksum_type=source.checksum_type,
        checksum_parts=source.checksum_parts,
    )
    replica.checksum_algorithm = source.checksum_algorithm
    replica.set_metadata({**source.metadata}, replace=False)
    tags = tags_of(source)
    if tags:
        _backend_of(replica).tagger.tag_resource(replica.arn, [{"Key": k, "Value": v} for k, v in tags.items()])
    return replica


def _copy_marker(source: Any) -> Any:
    replica = _s3().FakeDeleteMarker(key=source.key)
    # moto gives every marker an id of its own and no way to choose it.
    replica._version_id = source.version_id  # noqa: SLF001
    return replica


def _backend_of(version: Any) -> Any:
    return _s3().s3_backends[version.account_id][version.partition]


def _show_statuses() -> None:
    """moto's objects tell their headers in one place, which does not know of replication."""
    key_class = _s3().FakeKey
    if getattr(key_class, "drctl_patched", False):
        return
    told = key_class.response_dict.fget

    def response_dict(self: Any) -> dict[str, Any]:
        headers: dict[str, Any] = told(self)
        status = getattr(self, STATUS, None)
        return headers if status is None else {**headers, "x-amz-replication-status": status}

    key_class.response_dict = property(response_dict)
    key_class.drctl_patched = True


def _s3() -> Any:
    return importlib.import_module("moto.s3.models")
