"""The guard of drills: a drill changes only what it has made itself, or what is a drill's own.

What it has made carries the tag of its run, from the call that made it on. What is a drill's own is named in the
environment. The rest is refused here, whatever a runbook says, and by the role's policy as well.
"""

from __future__ import annotations

import fnmatch
import re
import threading
from collections.abc import Callable, Collection, Mapping
from typing import Any

from drctl.aws.call_targets import given_tags, targets_of
from drctl.aws.failures import absent
from drctl.aws.resource_tags import (
    tags_by_name,
    tags_of_bucket,
    tags_of_ecs,
    tags_of_parameter,
    tags_of_queue,
    tags_of_secret,
)
from drctl.aws.tags import owner_of, tags_of
from drctl.errors import GuardRefused
from drctl.ports.action import OWNER_TAG

_GONE = (
    "DBInstanceNotFound", "DBInstanceNotFoundFault", "DBSnapshotNotFound", "DBSnapshotNotFoundFault",
    "ReplicationGroupNotFoundFault", "AWS.SimpleQueueService.NonExistentQueue", "QueueDoesNotExist", "NoSuchTagSet",
    "NoSuchBucket", "ParameterNotFound", "InvalidResourceId", "ResourceNotFoundException", "ClusterNotFoundException",
    "CacheClusterNotFound", "InvalidParameterException", "ClientException",
)  # fmt: skip

_REVISION = re.compile(r"(?<=:)(task-definition/[^:]+):\d+$")


class DrillGuard:
    """Tells for each call of a drill whether it may be sent. Raises GuardRefused for one that may not."""

    def __init__(self, run: str, drill_owned: Collection[str]) -> None:
        self._run, self._drill_owned = run, tuple(drill_owned)
        self._made: set[str] = set()
        self._lock = threading.Lock()

    def before_change(
        self, service: str, operation: str, params: Mapping[str, Any], region: str, account: str, client: Any
    ) -> None:
        """Let a change pass, or refuse it. `client` is the one that the call is made with."""
        targets = targets_of(service, operation, params, region, account)
        if targets is None:
            raise GuardRefused(
                f"drctl cannot tell what {service}:{operation} would change, so that no drill may call it"
            )
        if given_tags(params).get(OWNER_TAG) == self._run:
            with self._lock:
                self._made |= set(targets)
            return
        for arn in targets:
            if not self._is_own(arn) and not self._has_made(arn, service, client):
                raise GuardRefused(
                    f"{service}:{operation} would change {arn}, which this drill has not made",
                    hint=f"name it in `drill_owned` of the environment, if it is a drill's own: {arn}",
                )

    def _is_own(self, arn: str) -> bool:
        # A family of task definitions that is a drill's own is so with all its revisions.
        family = _REVISION.sub(r"\1", arn)
        return any(fnmatch.fnmatchcase(one, pattern) for pattern in self._drill_owned for one in (arn, family))

    def _has_made(self, arn: str, service: str, client: Any) -> bool:
        with self._lock:
            if arn in self._made or _REVISION.sub(r"\1", arn) in self._made:
                return True
        if self._owner(arn, service, client) != self._run:
            return False
        with self._lock:
            self._made.add(arn)
        return True

    def _owner(self, arn: str, service: str, client: Any) -> str | None:
        """The run whose tag the resource carries; None of one that carries none, tells none, or is gone."""
        if (tags := _TAGS.get(service)) is None:
            return None
        with absent(*_GONE):
            return owner_of(tags(client, arn))
        return None


def _rds(client: Any, arn: str) -> Mapping[str, str]:
    if ":auto-backup:" in arn:
        # Known by the resource id of its instance, by which no tags can be listed.
        return _of_backups(client.describe_db_instance_automated_backups(DbiResourceId=arn.rpartition(":")[2]))
    return tags_by_name(client, arn)


def _of_backups(told: Mapping[str, Any]) -> Mapping[str, str]:
    tags = [tags_of(one.get("TagList")) for one in told["DBInstanceAutomatedBackups"]]
    return tags[0] if len(tags) == 1 else {}


def _ssm(client: Any, arn: str) -> Mapping[str, str]:
    name = arn.partition(":parameter")[2]
    return tags_of_parameter(client, name if name.count("/") > 1 else name.removeprefix("/"))


def _jobs(client: Any, arn: str) -> Mapping[str, str]:
    account, job = arn.split(":")[4], arn.rpartition("/")[2]
    return tags_of(client.get_job_tagging(AccountId=account, JobId=job).get("Tags"))


_TAGS: Mapping[str, Callable[[Any, str], Mapping[str, str]]] = {
    "rds": _rds,
    "elasticache": tags_by_name,
    "ecs": tags_of_ecs,
    "sqs": lambda client, arn: tags_of_queue(client, arn.rpartition(":")[2]),
    "s3": lambda client, arn: tags_of_bucket(client, arn.removeprefix("arn:aws:s3:::").partition("/")[0]),
    "s3control": _jobs,
    "ssm": _ssm,
    "secretsmanager": lambda client, arn: tags_of_secret(client, arn.partition(":secret:")[2]),
}
"""How the tags of what a service changes are read; of the others nothing can be a drill's by its tags."""
