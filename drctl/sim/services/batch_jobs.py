"""Jobs of S3 Batch Operations that replicate: one lists what there is, then really replicates it, each in its time.

Nothing moves while the Region of either bucket is lost. Of the other operations that jobs can carry out none is here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from drctl.sim.overlay import AwsError, Call, World
from drctl.sim.services.object_copies import find_bucket
from drctl.sim.services.s3_replication import S3Replication

_LOOK_AGAIN = timedelta(minutes=1)
_OVER = frozenset({"Complete", "Failed", "Cancelled"})


@dataclass(slots=True, kw_only=True)
class _Job:
    id: str
    place: tuple[str, str]
    asked: Mapping[str, Any]
    created_at: datetime
    status: str = "Preparing"
    versions: list[Any] = field(default_factory=list)
    succeeded: int = 0
    failed: int = 0
    reasons: list[dict[str, str]] = field(default_factory=list)
    ended_at: datetime | None = None

    @property
    def generator(self) -> Mapping[str, Any]:
        generator: Mapping[str, Any] = self.asked["ManifestGenerator"]["S3JobManifestGenerator"]
        return generator

    @property
    def bucket(self) -> str:
        return str(self.generator["SourceBucket"]).rpartition(":")[2]


class BatchJobs:
    """Every job of a world."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._replication = world.part(S3Replication)
        self._jobs: dict[str, _Job] = {}

    def create(self, call: Call) -> Mapping[str, Any]:
        asked = {name: value for name, value in call.params.items() if name != "AccountId"}
        place, token = (call.account, call.region), asked["ClientRequestToken"]
        for job in self._jobs.values():
            if job.place == place and job.asked["ClientRequestToken"] == token:
                if job.asked != asked:
                    raise AwsError("IdempotencyException", "The token was used for another job.")
                return {"JobId": job.id}
        _check(asked)
        number = len(self._jobs) + 1
        job = _Job(id=f"{number:08d}-0000-4000-8000-{number:012d}", place=place, asked=asked, created_at=self._now())
        self._jobs[job.id] = job
        self._world.after("s3.batch_prepare", lambda: self._prepared(job))
        return {"JobId": job.id}

    def describe(self, call: Call) -> Mapping[str, Any]:
        job = self._find(call)
        told = {key: job.asked[key] for key in ("Operation", "Report", "RoleArn", "ManifestGenerator")}
        return {"Job": {**self._summary(job), **told, "ConfirmationRequired": False, "FailureReasons": job.reasons}}

    def list(self, call: Call) -> Mapping[str, Any]:
        place, statuses = (call.account, call.region), call.params.get("JobStatuses") or ()
        jobs = [job for job in self._jobs.values() if job.place == place and (not statuses or job.status in statuses)]
        return {"Jobs": [{**self._summary(job), "Operation": "S3ReplicateObject"} for job in jobs]}

    def update_status(self, call: Call) -> Mapping[str, Any]:
        job, wanted = self._find(call), call.params["RequestedJobStatus"]
        if wanted != "Cancelled" or job.status in _OVER:
            raise AwsError("JobStatusException", f"The job is {job.status} and cannot become {wanted}.")
        self._end(job, "Cancelled")
        return {"JobId": job.id, "Status": job.status}

    def reset(self) -> None:
        self._jobs.clear()

    def state(self) -> dict[str, Any]:
        """By description, how far each is."""
        return {
            str(job.asked.get("Description", job.id)): {
                "bucket": job.bucket,
                "status": job.status,
                "succeeded": job.succeeded,
                "failed": job.failed,
            }
            for job in self._jobs.values()
        }

    def _prepared(self, job: _Job) -> None:
        if job.status in _OVER:
            return
        if str(job.asked["RoleArn"]).rpartition("/")[2] in self._world.broken.get("role", ()):
            reason = f"Could not assume role {job.asked['RoleArn']}"
            job.reasons.append({"FailureCode": "AccessDenied", "FailureReason": reason})
            self._end(job, "Failed")
            return
        if self._replication.configuration_of(job.bucket) is None or find_bucket(job.bucket) is None:
            reason = "The source bucket has no replication configuration."
            job.reasons.append({"FailureCode": "InvalidReplicationConfiguration", "FailureReason": reason})
            self._end(job, "Failed")
            return
        chosen = job.generator.get("Filter") or {}
        statuses = chosen.get("ObjectReplicationStatuses") or ("NONE", "FAILED", "REPLICA", "COMPLETED")
        candidates = self._replication.existing(job.bucket, statuses)
        job.versions = [version for version in candidates if _is_chosen(version, chosen)]
        job.status = "Active"
        self._world.after("s3.batch_run", lambda: self._run(job))

    def _run(self, job: _Job) -> None:
        if job.status in _OVER:
            return
        if self._replication.is_cut_off(job.bucket):
            self._world.clock.after(_LOOK_AGAIN, lambda: self._run(job))
            return
        for version in job.versions:
            if self._replication.replicate_existing(job.bucket, version):
                job.succeeded += 1
            else:
                job.failed += 1
        self._end(job, "Complete")

    def _end(self, job: _Job, status: str) -> None:
        job.status, job.ended_at = status, self._now()

    def _find(self, call: Call) -> _Job:
        job = self._jobs.get(call.params["JobId"])
        if job is None or job.place != (call.account, call.region):
            raise AwsError("NoSuchJob", "The specified job does not exist.", 404)
        return job

    def _summary(self, job: _Job) -> dict[str, Any]:
        told = {
            "JobId": job.id,
            "Description": job.asked.get("Description"),
            "Priority": job.asked["Priority"],
            "Status": job.status,
            "CreationTime": job.created_at,
            "TerminationDate": job.ended_at,
            "ProgressSummary": {
                "TotalNumberOfTasks": len(job.versions),
                "NumberOfTasksSucceeded": job.succeeded,
                "NumberOfTasksFailed": job.failed,
            },
        }
        return {name: value for name, value in told.items() if value is not None}

    def _now(self) -> datetime:
        return self._world.now()


def _check(asked: Mapping[str, Any]) -> None:
    if "S3ReplicateObject" not in asked["Operation"]:
        raise AwsError("NotSimulated", "the simulated AWS has batch jobs for S3ReplicateObject only")
    if asked["Report"].get("Enabled") and find_bucket(str(asked["Report"].get("Bucket")).rpartition(":")[2]) is None:
        raise AwsError("InvalidRequest", "The report bucket does not exist.")
    if not (asked.get("ManifestGenerator") or {}).get("S3JobManifestGenerator"):
        raise AwsError("InvalidRequest", "A manifest, or a manifest generator, is needed.")


def _is_chosen(version: Any, chosen: Mapping[str, Any]) -> bool:
    prefixes = (chosen.get("KeyNameConstraint") or {}).get("MatchAnyPrefix") or ("",)
    after, before = chosen.get("CreatedAfter"), chosen.get("CreatedBefore")
    made = version.last_modified
    return (
        any(version.name.startswith(prefix) for prefix in prefixes)
        and (after is None or made > after.replace(tzinfo=None))
        and (before is None or made < before.replace(tzinfo=None))
    )
