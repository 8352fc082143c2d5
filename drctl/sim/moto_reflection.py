"""What moto can do, read from its own code: a service is a package, an operation is a method of its responses."""

from __future__ import annotations

import functools
import importlib
import inspect
import sys
from types import CodeType
from typing import Any

import moto.backends
from moto.core.responses import BaseResponse
from moto.core.utils import camelcase_to_underscores

from drctl.sim import moto_patches

# Where moto's package is not simply boto3's name without its hyphens.
_PACKAGES = {"lambda": "awslambda"}

# S3 is dispatched by query strings; these are handled under other names. An operation that is in neither list would
# fall through to another one: GET ?metrics is answered by moto as a listing of the bucket.
_S3_OPERATIONS = frozenset(
    {
        "CompleteMultipartUpload", "CreateBucket", "CreateMultipartUpload", "DeleteObjects",
        "GetBucketLifecycleConfiguration", "GetBucketNotificationConfiguration", "GetBucketTagging", "ListBuckets",
        "PutBucketAccelerateConfiguration", "PutBucketAcl", "PutBucketCors", "PutBucketEncryption",
        "PutBucketInventoryConfiguration", "PutBucketLifecycleConfiguration", "PutBucketLogging",
        "PutBucketNotificationConfiguration", "PutBucketOwnershipControls", "PutBucketPolicy", "PutBucketReplication",
        "PutBucketTagging", "PutBucketVersioning", "PutBucketWebsite", "PutObjectLockConfiguration",
        "PutPublicAccessBlock", "RestoreObject", "SelectObjectContent",
    }
)  # fmt: skip


@functools.cache
def package_of(service: str) -> str | None:
    """The package of moto that has boto3's `service`; None where moto has never heard of it."""
    wanted = _PACKAGES.get(service, service.replace("-", ""))
    return wanted if wanted in set(moto.backends.list_of_moto_modules()) else None


def load(service: str) -> bool:
    """Import moto's `service` and bring it onto virtual time; False where moto has never heard of it."""
    package = package_of(service)
    if package is None:
        return False
    before = set(sys.modules)
    importlib.import_module(f"moto.{package}.models")
    importlib.import_module(f"moto.{package}.responses")
    moto_patches.mend([name for name in set(sys.modules) - before if name.startswith("moto.")])
    return True


def implements(service: str, operation: str) -> bool:
    """Whether moto carries out that operation of boto3's `service`. Imports the service."""
    if service == "s3" and operation in _S3_OPERATIONS:
        return True
    method = _methods(service).get(camelcase_to_underscores(operation))
    return method is not None and not _only_refuses(method.__code__)


@functools.cache
def _methods(service: str) -> dict[str, Any]:
    if not load(service):
        return {}
    module = sys.modules[f"moto.{package_of(service)}.responses"]
    classes = [
        found
        for _, found in inspect.getmembers(module, inspect.isclass)
        if issubclass(found, BaseResponse) and found.__module__.startswith(module.__name__)
    ]
    return {
        name: method
        for found in classes
        for name, method in inspect.getmembers(found, inspect.isfunction)
        if not hasattr(BaseResponse, name)
    }


def _only_refuses(code: CodeType) -> bool:
    """Whether a method is one of those that moto wrote down to raise NotImplementedError."""
    return "NotImplementedError" in code.co_names and not any("backend" in name for name in code.co_names)
