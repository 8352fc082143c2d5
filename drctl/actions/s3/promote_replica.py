"""Make the replica of a bucket the one that is written to.

Three things, in an order that loses nothing: what had not arrived is read, while it
can be; replication back to the source is switched on, before the first write it has
to carry; and then the writers are pointed to the replica. The source's Region is
never asked: the backlog is published in the replica's.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from drctl.actions.s3.backlog import fault_in, limit_exceeded, told
from drctl.actions.s3.parameters import Params, Seen
from drctl.actions.s3.replica import judge_replica
from drctl.actions.s3.reverse_rule import REVERSE_RULE, decide_removal, decide_rule, leads_back
from drctl.actions.s3.writers import decide_pointing, decide_pointing_back
from drctl.aws.cloudwatch import read_backlog
from drctl.aws.s3 import bucket_arn, find_bucket, holds_objects
from drctl.aws.s3_replication import put_rule, remove_rule
from drctl.aws.ssm import Parameter, find_parameter, overwrite_parameter, parameter_arn
from drctl.model.decision import Change, Decision, Done, Refuse
from drctl.model.evidence import Evidence, RecoveryPoint
from drctl.model.past import Past
from drctl.model.values import Json, ValueKind
from drctl.ports.action import ActionSpec, Permission, StepContext, passed_to


class S3PromoteReplica:
    """Afterwards writers write to the replica, and what they write goes back to the source when that can take it."""

    spec = ActionSpec(
        kind="s3.promote_replica",
        summary="Make the replica of a bucket the one that is written to",
        params=Params,
        outputs={
            "bucket": ValueKind.STRING,
            "pending_operations": ValueKind.INTEGER,
            "latency_s": ValueKind.NUMBER,
        },
        expect=timedelta(seconds=30),
        deadline=timedelta(minutes=15),
        operations=(
            "s3:HeadBucket",
            "s3:GetBucketVersioning",
            "s3:GetBucketReplication",
            "s3:PutBucketReplication",
            "s3:DeleteBucketReplication",
            "s3:ListObjectsV2",
            "cloudwatch:ListMetrics",
            "cloudwatch:GetMetricData",
            "ssm:GetParameter",
            "ssm:PutParameter",
        ),
        mutating=True,
        recovers_store=True,
        example="""\
- id: promote-storage
  uses: s3.promote_replica
  store: storage
  with:
    region: eu-west-1
    bucket: amply-storage-prod-eu-west-1
    source_bucket: amply-storage-prod
    source_region: eu-central-1
    role: arn:aws:iam::111111111111:role/amply-s3-replication
    pointer: /amply/prod/storage-bucket
""",
    )

    def observe(self, params: Params, ctx: StepContext) -> Seen:
        cloudwatch = ctx.aws.client("cloudwatch", params.region)
        ssm = ctx.aws.client("ssm", params.region)
        return Seen(
            bucket=find_bucket(ctx.aws.client("s3", params.region), params.bucket),
            backlog=read_backlog(cloudwatch, params.source_bucket, params.bucket),
            pointer=find_parameter(ssm, params.pointer) if params.pointer else None,
        )

    def decide(self, params: Params, seen: Seen, past: Past) -> Decision:
        if isinstance(bucket := judge_replica(params, seen.bucket), Refuse):
            return bucket
        needed = [decide_rule(bucket, params.source_bucket, params.role)]
        if params.pointer:
            needed.append(decide_pointing(seen.pointer, params.pointer, params.bucket))
        if refused := next((answer for answer in needed if isinstance(answer, Refuse)), None):
            return refused
        change = next((answer for answer in needed if answer is not None), None)
        if change is None:
            return Done(f"{params.bucket} is the one that is written to")
        # Only before a change: what has been switched is not made better by refusing afterwards.
        limited = params.max_backlog is not None or params.max_latency is not None
        if limited and (fault := fault_in(seen.backlog, params.source_bucket, params.bucket)):
            return fault
        return limit_exceeded(seen.backlog, params.max_backlog, params.max_latency) or change

    def act(self, params: Params, change: Change, ctx: StepContext) -> Mapping[str, Json]:
        s3, ssm = ctx.aws.client("s3", params.region), ctx.aws.client("ssm", params.region)
        match change.name:
            case "put-reverse-rule":
                put_rule(s3, params.bucket, REVERSE_RULE, params.source_bucket, params.role)
                return {}
            case "remove-reverse-rule":
                remove_rule(s3, params.bucket, REVERSE_RULE, change.detail)
                return {}
        # Both ways of pointing the writers: `detail` is the parameter with the value it is to have.
        wanted: Parameter = change.detail
        return {"version": overwrite_parameter(ssm, wanted.name, wanted.value, wanted.type)}

    def verify(self, params: Params, seen: Seen, past: Past, ctx: StepContext) -> Evidence:
        bucket, backlog = seen.bucket, seen.backlog
        if bucket is None or not leads_back(bucket, params.source_bucket):
            return Evidence.missing(f"{params.bucket} does not replicate back to {params.source_bucket}")
        filled = "holds objects" if holds_objects(ctx.aws.client("s3", params.region), bucket.name) else "is empty"
        writers = f", {params.pointer} names it" if params.pointer else ""
        source = f"{params.source_bucket} in {params.source_region}"
        ready = f"{bucket.name} {filled}{writers}, and it replicates to {source}"
        fault = fault_in(backlog, params.source_bucket, params.bucket)
        if backlog is None or fault is not None:
            # Customers are not kept waiting for a number. It stays unknown, and so does the store's recovery point.
            unknown = fault.because if fault is not None else "S3 has measured nothing"
            return Evidence.of(f"{ready}; what it lacks is not known: {unknown}", outputs={"bucket": bucket.name})
        point = backlog.current_to
        return Evidence.of(
            f"{ready}; {told(backlog)}",
            outputs={
                "bucket": bucket.name,
                "pending_operations": backlog.pending,
                "latency_s": (backlog.latency or timedelta(0)).total_seconds(),
            },
            recovery_point=RecoveryPoint(point, "replication backlog") if point else None,
        )

    def decide_undo(self, params: Params, seen: Seen, past: Past) -> Decision:
        # Writers first: the other way round, what they write in between would never be replicated.
        pointing = decide_pointing_back(seen.pointer, params.bucket, past) if params.pointer else None
        removal = decide_removal(seen.bucket, params.source_bucket, past)
        return pointing or removal or Done(f"{params.bucket} is a replica again, as it was")

    def permissions(self, params: Params, region: str, account: str) -> tuple[Permission, ...]:
        replication = (
            "s3:ListBucket",
            "s3:GetBucketVersioning",
            "s3:GetReplicationConfiguration",
            "s3:PutReplicationConfiguration",
        )
        allowed = [
            Permission(replication, (bucket_arn(params.bucket),), "look at the replica and replicate back"),
            Permission(("iam:PassRole",), (params.role,), "let S3 replicate back", passed_to("s3.amazonaws.com")),
            Permission(("cloudwatch:ListMetrics", "cloudwatch:GetMetricData"), why="read the backlog"),
        ]
        if params.pointer:
            pointer = parameter_arn(params.region, account, params.pointer)
            allowed.append(Permission(("ssm:GetParameter", "ssm:PutParameter"), (pointer,), "point the writers"))
        return tuple(allowed)
