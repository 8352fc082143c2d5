"""The versions of objects, listed and brought back one by one or a thousand at a time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import groupby
from typing import Any

from drctl.aws.failures import already

MOST_DELETED = 1000
"""Versions in one call (Amazon S3 API Reference, DeleteObjects)."""
MOST_COPIED_BYTES = 5 * 1024**3
"""A larger object takes a multipart copy (Amazon S3 API Reference, CopyObject)."""
ARCHIVED = frozenset({"GLACIER", "DEEP_ARCHIVE"})
"""Storage classes whose objects have to be restored before they can be read (Amazon S3 User Guide, storage classes)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """A version of an object, or a delete marker."""

    id: str
    at: datetime
    marker: bool = False
    etag: str = ""
    size: int = 0
    storage_class: str = "STANDARD"


@dataclass(frozen=True, slots=True)
class History:
    """All versions of one key, the present one first."""

    key: str
    versions: tuple[Version, ...]

    @property
    def present(self) -> Version:
        return self.versions[0]


@dataclass(frozen=True, slots=True)
class Copying:
    """One object to be brought back: `wanted` on top of `over`."""

    key: str
    wanted: Version
    over: Version


def list_histories(s3: Any, bucket: str, prefix: str, most: int) -> tuple[tuple[History, ...], bool]:
    """The histories of the keys that begin with `prefix`, and whether these are all: it stops after `most` keys."""
    histories: list[History] = []
    for key, found in groupby(_listed(s3, bucket, prefix), key=lambda one: one[0]):
        if len(histories) == most:
            return tuple(histories), False
        histories.append(History(key, _in_order(found)))
    return tuple(histories), True


def delete_versions(s3: Any, bucket: str, versions: Sequence[tuple[str, str]]) -> None:
    """Have these versions, (key, version id), gone; those that are gone already stay so.

    Raises ClientError for the first that S3 refuses: the call itself succeeds all the same
    (Amazon S3 API Reference, DeleteObjects).
    """
    objects = [{"Key": key, "VersionId": version} for key, version in versions]
    answer = s3.delete_objects(Bucket=bucket, Delete={"Objects": objects, "Quiet": True})
    for refused in answer.get("Errors", ()):
        from botocore.exceptions import ClientError

        told = {"Code": refused["Code"], "Message": f"{refused['Key']}: {refused.get('Message', '')}"}
        raise ClientError({"Error": told}, "DeleteObjects")


def bring_back(s3: Any, bucket: str, copying: Copying) -> str | None:
    """Have a copy of the wanted version be the present one; the copy's version id.

    None, and nothing is done, where the present one is not `over` any more. Metadata and tags come
    with the copy. Nothing is destroyed: what was present is a version below.
    """
    wanted, over = copying.wanted, copying.over
    condition = {"IfNoneMatch": "*"} if over.marker else {"IfMatch": over.etag}
    # Somebody has written in between: the next look tells what that means.
    with already("PreconditionFailed", "ConditionalRequestConflict"):
        answer = s3.copy_object(
            Bucket=bucket,
            Key=copying.key,
            CopySource={"Bucket": bucket, "Key": copying.key, "VersionId": wanted.id},
            CopySourceIfMatch=wanted.etag,
            MetadataDirective="COPY",
            TaggingDirective="COPY",
            StorageClass=wanted.storage_class,
            **condition,
        )
        return str(answer["VersionId"])
    return None


def _listed(s3: Any, bucket: str, prefix: str) -> Iterator[tuple[str, bool, Version]]:
    """(key, whether it is the present one, version), the keys in order."""
    start: dict[str, str] = {}
    while True:
        page = s3.list_object_versions(Bucket=bucket, Prefix=prefix, **start)
        found = [_read(raw, marker=False) for raw in page.get("Versions", ())]
        found += [_read(raw, marker=True) for raw in page.get("DeleteMarkers", ())]
        # Objects and markers come apart; their order by key is S3's own, by UTF-8.
        yield from sorted(found, key=lambda one: one[0].encode())
        if not page["IsTruncated"]:
            return
        start = {"KeyMarker": page["NextKeyMarker"]}
        if page.get("NextVersionIdMarker"):
            start["VersionIdMarker"] = page["NextVersionIdMarker"]


def _in_order(found: Iterable[tuple[str, bool, Version]]) -> tuple[Version, ...]:
    # Times are told to the second. Of an object and a marker in one second the object comes first: what cannot
    # be told apart is brought back rather than left deleted. Among objects S3's own order stays.
    newest_first = sorted(found, key=lambda one: (not one[1], -one[2].at.timestamp(), one[2].marker))
    return tuple(version for _, _, version in newest_first)


def _read(raw: Mapping[str, Any], *, marker: bool) -> tuple[str, bool, Version]:
    version = Version(
        id=raw["VersionId"],
        at=raw["LastModified"].astimezone(UTC),
        marker=marker,
        etag=raw.get("ETag", ""),
        size=int(raw.get("Size", 0)),
        storage_class=raw.get("StorageClass", "STANDARD"),
    )
    return raw["Key"], bool(raw["IsLatest"]), version
