"""Replicate objects that are there already: what was written while nothing was replicated, what failed, what came back.

Live replication takes new objects only, and never what arrived as a replica. The rules of
the bucket say where to, so they have to be there; what the job counts as failed is in its
report (Amazon S3 User Guide, Replicating existing objects with Batch Replication).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated, Literal

from pydantic import Field

from drctl.actions.parameters import CLOSED, Instant, Region
from drctl.actions.s3.bucket_name import BucketName, RoleArn
from drctl.aws.s3 import Bucket, bucket_arn, find_bucket
from drctl.aws.s3_jobs import (
    BROKEN,
    COMPLETE,
    GOING_ON,
    UNCONFIRMED,
    Job,
    Replicating,
    cancel_job,
    create_job,
    describe_job,
    list_jobs,
)
from drctl.model.decision import Change, Decision, Done, Refuse, Wait
from drctl.model.evidence import Evidence
from drctl.model.past import Past
from drctl.model.values import Json, ValueKind
from drctl.ports.action import ActionSpec, Permission, StepContext, passed_to

CREATE, CANCEL = "create-job", "cancel-job"

Status = Literal["NONE", "FAILED", "REPLICA", "COMPLETED"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Params:
    __pydantic_config__ = CLOSED

    region: Region
    bucket: BucketName
    """The bucket to replicate from, in `region`."""
    role: RoleArn
    """The ARN of the role that the job works with; it is not that of live replication."""
    report_bucket: BucketName
    """Where the list of what failed goes."""
    statuses: Annotated[tuple[Status, ...], Field(min_length=1)] = ("NONE", "FAILED")
    """Which objects: `NONE` for those written without a rule, `REPLICA` to send back what came from elsewhere,
    `COMPLETED` to fill a new destination."""
    prefixes: tuple[str, ...] = ()
    """What keys begin with, any of these; without it, all that the rules take."""
    created_after: Instant | None = None
    created_before: Instant | None = None
    priority: Annotated[int, Field(ge=0, le=2147483647)] = 10
    """A job of a higher one goes first."""
    max_failed: Annotated[int, Field(ge=0)] = 0
    """With more objects than this that failed, the step refuses."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    bucket: Bucket | None
    job: Job | None = None
    """The newest job of this step."""


class S3BatchReplicate:
    """Afterwards every object that was chosen is where the bucket's rules send it, but `max_failed`."""

    spec = ActionSpec(
        kind="s3.batch_replicate",
        summary="Replicate objects that are there already, by a batch job",
        params=Params,
        outputs={
            "job": ValueKind.STRING,
            "total": ValueKind.INTEGER,
            "succeeded": ValueKind.INTEGER,
            "failed": ValueKind.INTEGER,
        },
        expect=timedelta(hours=1),
        deadline=timedelta(hours=12),
        poll_least=timedelta(seconds=30),
        poll_most=timedelta(minutes=2),
        operations=(
            "s3:HeadBucket",
            "s3:GetBucketVersioning",
            "s3:GetBucketReplication",
            "s3control:ListJobs",
            "s3control:DescribeJob",
            "s3control:CreateJob",
            "s3control:UpdateJobStatus",
        ),
        mutating=True,
        example="""\
- id: send-back
  uses: s3.batch_replicate
  with:
    region: eu-west-1
    bucket: amply-storage-prod-eu-west-1
    role: arn:aws:iam::111111111111:role/amply-s3-batch
    report_bucket: amply-reports-eu-west-1
    statuses: [NONE, FAILED, REPLICA]
""",
    )

    def observe(self, params: Params, ctx: StepContext) -> Seen:
        bucket = find_bucket(ctx.aws.client("s3", params.region), params.bucket)
        s3control, account = ctx.aws.client("s3control", params.region), ctx.aws.account_id()
        jobs = list_jobs(s3control, account, _description(ctx.run, ctx.step))
        return Seen(bucket=bucket, job=describe_job(s3control, account, jobs[0].id) if jobs else None)

    def decide(self, params: Params, seen: Seen, past: Past) -> Decision:
        if seen.job is not None and not (_is_earlier(seen.job, past) and seen.job.status not in GOING_ON):
            return _follow(params, seen.job)
        if seen.job is not None and _is_good(params, seen.job):
            return Done(_told(seen.job))
        if seen.bucket is None:
            return Refuse(f"there is no bucket {params.bucket}", "look at `bucket` and `region`")
        rules = seen.bucket.replication.rules if seen.bucket.replication else ()
        if not any(rule.enabled for rule in rules):
            hint = "put or resume its replication first: the rules say where to"
            return Refuse(f"{params.bucket} replicates nothing, so that a job would fail", hint)
        return Change(
            name=CREATE,
            summary=f"start a job that replicates what is {' or '.join(params.statuses)} in {params.bucket}",
            operation="s3control:CreateJob",
            target=params.bucket,
            detail=_description(past.run, past.step, past.epoch),
            settle=timedelta(seconds=60),
        )

    def act(self, params: Params, change: Change, ctx: StepContext) -> Mapping[str, Json]:
        s3control, account = ctx.aws.client("s3control", params.region), ctx.aws.account_id()
        if change.name == CANCEL:
            return cancel_job(s3control, account, change.detail)
        replicating = Replicating(
            bucket=params.bucket,
            statuses=params.statuses,
            prefixes=params.prefixes,
            created_after=params.created_after,
            created_before=params.created_before,
            role=params.role,
            priority=params.priority,
            report_bucket=params.report_bucket,
            report_prefix=f"drctl/{ctx.run}/{ctx.step}",
        )
        return {"job": create_job(s3control, account, replicating, change.detail, ctx.token, ctx.tags)}

    def verify(self, params: Params, seen: Seen, past: Past, ctx: StepContext) -> Evidence:
        job = seen.job
        if job is None or not _is_good(params, job):
            return Evidence.missing(f"no job has replicated {params.bucket}")
        return Evidence.of(
            _told(job),
            outputs={"job": job.id, "total": job.total, "succeeded": job.succeeded, "failed": job.failed},
        )

    def decide_undo(self, params: Params, seen: Seen, past: Past) -> Decision:
        job = seen.job
        if job is None:
            return Done("no job was started by this step")
        if job.status == "Cancelling" or job.status in ("Failing", "Completing"):
            return Wait(f"job {job.id} to end; it is {job.status}")
        if job.status in GOING_ON or job.status == UNCONFIRMED:
            return Change(
                name=CANCEL,
                summary=f"cancel job {job.id}",
                operation="s3control:UpdateJobStatus",
                target=job.id,
                detail=job.id,
            )
        # A copy where the rules would have put it anyway harms nothing; deleting it might.
        return Done(f"job {job.id} is {job.status}; what it has replicated stays")

    def permissions(self, params: Params, region: str, account: str) -> tuple[Permission, ...]:
        bucket = (bucket_arn(params.bucket),)
        looks = ("s3:ListBucket", "s3:GetBucketVersioning", "s3:GetReplicationConfiguration")
        jobs = (f"arn:aws:s3:{params.region}:{account}:job/*",)
        return (
            Permission(looks, bucket, "see where the bucket replicates to"),
            # These two know no permission on single jobs (Service Authorization Reference, Amazon S3).
            Permission(("s3:CreateJob", "s3:ListJobs"), why="start the job, and find it again"),
            Permission(("s3:DescribeJob", "s3:UpdateJobStatus", "s3:PutJobTagging"), jobs, "follow it, and cancel it"),
            Permission(
                ("iam:PassRole",),
                (params.role,),
                "let the job have its role",
                passed_to("batchoperations.s3.amazonaws.com"),
            ),
        )


def _follow(params: Params, job: Job) -> Decision:
    if job.status in GOING_ON:
        return Wait(f"job {job.id} to end; it is {job.status}", percent=job.percent)
    if job.status == UNCONFIRMED:
        return Refuse(f"job {job.id} waits to be confirmed", "confirm or cancel it in the S3 console")
    if job.status in BROKEN:
        because = "; ".join(job.reasons) or "S3 gives no reason"
        return Refuse(f"job {job.id} is {job.status}: {because}", "mend what it names, then retry the step")
    if job.status != COMPLETE:
        return Refuse(f"job {job.id} is {job.status!r}", "look at it in the S3 console")
    if job.failed > params.max_failed:
        hint = (
            f"its report in {params.report_bucket} names them; mend the cause and retry the step, or set `max_failed`"
        )
        return Refuse(f"job {job.id}: {job.failed} of {job.total} objects were not replicated", hint)
    return Done(_told(job))


def _is_good(params: Params, job: Job) -> bool:
    return job.status == COMPLETE and job.failed <= params.max_failed


def _is_earlier(job: Job, past: Past) -> bool:
    """Whether the job is of an epoch before an operator's retry."""
    return job.description != _description(past.run, past.step, past.epoch) and past.epoch > 1


def _description(run: str, step: str, epoch: int | None = None) -> str:
    """How a job names its step; without an epoch, what all its jobs begin with."""
    named = f"drctl {run} {step} #"
    return named if epoch is None else f"{named}{epoch}"


def _told(job: Job) -> str:
    return f"job {job.id} has replicated {job.succeeded} of {job.total} objects, {job.failed} failed"
