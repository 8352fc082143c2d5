"""Names of buckets, which stay taken for a while, and what a new bucket has from its first moment on."""

from __future__ import annotations

from datetime import datetime

from drctl.sim.overlay import AwsError, Call, World
from drctl.sim.services.object_copies import backend_of_bucket

_BLOCKED = dict.fromkeys(("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets"), "true")


class BucketNames:
    """The names that were given up a short while ago: nobody can have them yet."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._released: dict[str, datetime] = {}

    def release(self, name: str) -> None:
        """A bucket of that name has been deleted."""
        self._released[name] = self._world.now()

    def check(self, call: Call) -> None:
        """OperationAborted while the deletion of a bucket of that name is still going round."""
        released = self._released.get(call.params["Bucket"])
        if released is not None and self._world.now() < released + self._world.durations["s3.bucket_name"]:
            said = "A conflicting conditional operation is currently in progress against this resource. Try again."
            raise AwsError("OperationAborted", said, 409)

    def reset(self) -> None:
        self._released.clear()


def complete(call: Call) -> None:
    """A new bucket lets nobody in, owns what is put into it, and has the tags of the call; moto forgets all three.

    "Amazon S3 User Guide, Default settings for new S3 buckets FAQ": since April 2023 public access is blocked, and
    access control lists are off.
    """
    name = call.params["Bucket"]
    backend = backend_of_bucket(name)
    if backend is None:
        return
    backend.put_public_access_block(name, _BLOCKED)
    if not backend.get_bucket_ownership_controls(name):
        backend.put_bucket_ownership_controls(name, "BucketOwnerEnforced")
    tags = (call.params.get("CreateBucketConfiguration") or {}).get("Tags") or ()
    if tags:
        backend.put_bucket_tagging(name, {tag["Key"]: tag["Value"] for tag in tags})
