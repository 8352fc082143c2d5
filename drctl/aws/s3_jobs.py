"""Jobs of S3 Batch Operations that replicate what is there already."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from drctl.aws.s3 import bucket_arn
from drctl.aws.tags import tag_list
from drctl.model.values import Json

GOING_ON = frozenset(
    {"New", "Preparing", "Ready", "Active", "Pausing", "Paused", "Completing", "Cancelling", "Failing"}
)
"""A job whose priority is too low is `Paused` by S3 itself, which goes on with it later
(Amazon S3 User Guide, Tracking job status and completion reports)."""
UNCONFIRMED = "Suspended"
COMPLETE = "Complete"
BROKEN = frozenset({"Failed", "Cancelled"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    id: str
    description: str
    status: str
    created_at: datetime
    total: int = 0
    succeeded: int = 0
    failed: int = 0
    reasons: tuple[str, ...] = ()
    """Why it failed, in S3's words."""

    @property
    def percent(self) -> float | None:
        """How much of it is done; None as long as nobody knows how much there is."""
        return 100 * (self.succeeded + self.failed) / self.total if self.total else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Replicating:
    """What a job is to do."""

    bucket: str
    statuses: Sequence[str]
    prefixes: Sequence[str]
    created_after: datetime | None
    created_before: datetime | None
    role: str
    priority: int
    report_bucket: str
    report_prefix: str


def list_jobs(s3control: Any, account: str, description: str) -> list[Job]:
    """The jobs whose description begins so, newest first; S3 forgets a job 90 days after its end."""
    found = (job for job in _listed(s3control, account) if str(job.get("Description", "")).startswith(description))
    return sorted(map(_read, found), key=lambda job: job.created_at, reverse=True)


def describe_job(s3control: Any, account: str, id: str) -> Job:
    """The job of that id, with the reasons of its failure."""
    return _read(s3control.describe_job(AccountId=account, JobId=id)["Job"])


def create_job(
    s3control: Any, account: str, replicating: Replicating, description: str, token: str, tags: Mapping[str, str]
) -> str:
    """Start a job that nobody has to confirm; its id. The same token never starts a second one."""
    chosen: dict[str, Any] = {
        "EligibleForReplication": True,
        "ObjectReplicationStatuses": list(replicating.statuses),
    }
    if replicating.prefixes:
        chosen["KeyNameConstraint"] = {"MatchAnyPrefix": list(replicating.prefixes)}
    if replicating.created_after is not None:
        chosen["CreatedAfter"] = replicating.created_after
    if replicating.created_before is not None:
        chosen["CreatedBefore"] = replicating.created_before
    generator = {"SourceBucket": bucket_arn(replicating.bucket), "EnableManifestOutput": False, "Filter": chosen}
    answer = s3control.create_job(
        AccountId=account,
        ConfirmationRequired=False,
        Operation={"S3ReplicateObject": {}},
        Report={
            "Enabled": True,
            "Bucket": bucket_arn(replicating.report_bucket),
            "Prefix": replicating.report_prefix,
            "Format": "Report_CSV_20180820",
            "ReportScope": "FailedTasksOnly",
        },
        ManifestGenerator={"S3JobManifestGenerator": generator},
        ClientRequestToken=token,
        Description=description,
        Priority=replicating.priority,
        RoleArn=replicating.role,
        Tags=tag_list(tags),
    )
    return str(answer["JobId"])


def cancel_job(s3control: Any, account: str, id: str) -> Mapping[str, Json]:
    """Have the job stop; what it has replicated stays. The status it has then."""
    answer = s3control.update_job_status(AccountId=account, JobId=id, RequestedJobStatus="Cancelled")
    return {"status": str(answer.get("Status", ""))}


def _listed(s3control: Any, account: str) -> Iterator[Mapping[str, Any]]:
    start: dict[str, str] = {}
    while True:
        page = s3control.list_jobs(AccountId=account, **start)
        yield from page.get("Jobs", ())
        if not page.get("NextToken"):
            return
        start = {"NextToken": page["NextToken"]}


def _read(raw: Mapping[str, Any]) -> Job:
    done = raw.get("ProgressSummary") or {}
    return Job(
        id=raw["JobId"],
        description=raw.get("Description", ""),
        status=raw["Status"],
        created_at=raw["CreationTime"],
        total=int(done.get("TotalNumberOfTasks") or 0),
        succeeded=int(done.get("NumberOfTasksSucceeded") or 0),
        failed=int(done.get("NumberOfTasksFailed") or 0),
        reasons=tuple(f"{one.get('FailureCode')}: {one.get('FailureReason')}" for one in raw.get("FailureReasons", ())),
    )
