"""Deleting what a drill has made: for each kind what AWS wants first, and the call itself.

Looks at the resource's own tags again right before: nothing is deleted on the word of an index or of a name.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from drctl.aws.failures import already
from drctl.aws.listings import TELLS_TAGS, read_tags
from drctl.model.cleanup import Gone, Never, NotYet, Send, Step, may_delete
from drctl.model.failure import CallFailure
from drctl.model.inventory import Resource
from drctl.ports.aws import AwsAccess, AwsClients

_GONE = (
    "DBInstanceNotFound", "DBSnapshotNotFound", "DBInstanceAutomatedBackupNotFound", "ReplicationGroupNotFoundFault",
    "SnapshotNotFoundFault", "QueueDoesNotExist", "AWS.SimpleQueueService.NonExistentQueue", "NoSuchBucket",
    "ParameterNotFound", "ResourceNotFoundException", "ServiceNotFoundException", "ServiceNotActiveException",
    "ClusterNotFoundException",
)  # fmt: skip
_ON_THEIR_WAY = frozenset({"deleting", "delete-precheck", "DRAINING", "DEPROVISIONING", "STOPPING"})
_NOT_BY_ITSELF = "AWS deletes it with what it is a backup of"


class AwsRemover:
    """Deletes resources of one run in the accounts of one environment (the Remover protocol)."""

    def __init__(self, access: AwsAccess, accounts: Mapping[str, str], run: str, home_region: str) -> None:
        self._access, self._run, self._home = access, run, home_region
        self._names = {id: name for name, id in accounts.items()}

    def next_step(self, resource: Resource) -> Step:
        """What to do next with `resource`."""
        if resource.account not in self._names:
            return Never(f"{resource.account} is no account of this environment")
        if resource.kind not in _CALLS:
            return Never(f"drctl does not know how to delete {resource.kind}")
        if resource.status in _ON_THEIR_WAY:
            return NotYet(f"it is {resource.status}")
        if resource.kind == "rds:snapshot" and resource.size.get("kept_by") == "automated":
            return NotYet(_NOT_BY_ITSELF)
        if resource.kind not in TELLS_TAGS:
            try:
                tags = read_tags(self._clients(resource), self._region(resource), resource)
            except Exception as error:
                if (failure := self._access.classify(error)) is None:
                    raise
                return NotYet(str(failure))
            if tags is None:
                return NotYet("its tags cannot be read at present")
            if not tags:
                return Gone()
            if not may_delete(replace(resource, tags=tags), self._run):
                return Never("its own tags are not those of this drill")
        return Send(_operation_of(resource))

    def send(self, resource: Resource) -> CallFailure | None:
        """Make the next call for `resource`."""
        service, operation = _operation_of(resource).split(":")
        try:
            client = self._clients(resource).client(service, self._region(resource))
            with already(*_GONE):
                _SENDERS[f"{service}:{operation}"](client, resource)
        except Exception as error:
            if (failure := self._access.classify(error)) is None:
                raise
            return failure
        return None

    def _clients(self, resource: Resource) -> AwsClients:
        return self._access.for_account(self._names[resource.account])

    def _region(self, resource: Resource) -> str:
        return resource.region or self._home


def _operation_of(resource: Resource) -> str:
    if resource.kind == "rds:db" and resource.size.get("protected"):
        return "rds:ModifyDBInstance"
    return _CALLS[resource.kind]


def _unprotect(rds: Any, one: Resource) -> None:
    rds.modify_db_instance(DBInstanceIdentifier=one.name, DeletionProtection=False, ApplyImmediately=True)


def _delete_database(rds: Any, one: Resource) -> None:
    rds.delete_db_instance(DBInstanceIdentifier=one.name, SkipFinalSnapshot=True, DeleteAutomatedBackups=True)


def _delete_bucket(s3: Any, one: Resource) -> None:
    """Empty the bucket and delete it. An object that is locked keeps both, and AWS says so."""
    for page in s3.get_paginator("list_object_versions").paginate(Bucket=one.name):
        found = [*page.get("Versions", ()), *page.get("DeleteMarkers", ())]
        objects = [{"Key": version["Key"], "VersionId": version["VersionId"]} for version in found]
        if objects:
            s3.delete_objects(Bucket=one.name, Delete={"Objects": objects, "Quiet": True})
    for page in s3.get_paginator("list_multipart_uploads").paginate(Bucket=one.name):
        for upload in page.get("Uploads", ()):
            s3.abort_multipart_upload(Bucket=one.name, Key=upload["Key"], UploadId=upload["UploadId"])
    s3.delete_bucket(Bucket=one.name)


def _delete_queue(sqs: Any, one: Resource) -> None:
    sqs.delete_queue(QueueUrl=sqs.get_queue_url(QueueName=one.name)["QueueUrl"])


def _delete_service(ecs: Any, one: Resource) -> None:
    # arn:aws:ecs:eu-west-1:222222222222:service/cluster/name
    ecs.delete_service(cluster=one.arn.split("/")[1], service=one.name, force=True)


def _stop_task(ecs: Any, one: Resource) -> None:
    ecs.stop_task(cluster=one.arn.split("/")[1], task=one.arn, reason="the drill that started it is cleaned up")


_CALLS: Mapping[str, str] = {
    "ecs:service": "ecs:DeleteService",
    "ecs:task": "ecs:StopTask",
    "ecs:task-definition": "ecs:DeregisterTaskDefinition",
    "elasticache:replicationgroup": "elasticache:DeleteReplicationGroup",
    "elasticache:snapshot": "elasticache:DeleteSnapshot",
    "rds:auto-backup": "rds:DeleteDBInstanceAutomatedBackup",
    "rds:db": "rds:DeleteDBInstance",
    "rds:snapshot": "rds:DeleteDBSnapshot",
    "s3:bucket": "s3:DeleteBucket",
    "sqs:queue": "sqs:DeleteQueue",
    "ssm:parameter": "ssm:DeleteParameter",
}
"""Kind → the call that deletes it."""
_SENDERS: Mapping[str, Callable[[Any, Resource], Any]] = {
    "ecs:DeleteService": _delete_service,
    "ecs:DeregisterTaskDefinition": lambda ecs, one: ecs.deregister_task_definition(taskDefinition=one.arn),
    "ecs:StopTask": _stop_task,
    "elasticache:DeleteReplicationGroup": lambda cache, one: cache.delete_replication_group(
        ReplicationGroupId=one.name, RetainPrimaryCluster=False
    ),
    "elasticache:DeleteSnapshot": lambda cache, one: cache.delete_snapshot(SnapshotName=one.name),
    "rds:DeleteDBInstance": _delete_database,
    "rds:DeleteDBInstanceAutomatedBackup": lambda rds, one: rds.delete_db_instance_automated_backup(
        DbiResourceId=one.size["resource_id"]
    ),
    "rds:DeleteDBSnapshot": lambda rds, one: rds.delete_db_snapshot(DBSnapshotIdentifier=one.name),
    "rds:ModifyDBInstance": _unprotect,
    "s3:DeleteBucket": _delete_bucket,
    "sqs:DeleteQueue": _delete_queue,
    "ssm:DeleteParameter": lambda ssm, one: ssm.delete_parameter(Name=one.name),
}
