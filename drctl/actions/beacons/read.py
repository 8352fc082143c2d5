"""Find the newest beacon in a recovered store: up to there its data has survived."""

from __future__ import annotations

from datetime import timedelta

from drctl.actions.beacons.read_params import Params
from drctl.actions.beacons.sight import Seen, look
from drctl.actions.checks.store_failures import told_failure
from drctl.actions.read_only import ReadOnly
from drctl.actions.secrets.permissions import opening, reading
from drctl.aws.s3 import bucket_arn
from drctl.aws.sqs import queue_arn
from drctl.model.beacon import METHODS, BeaconKind, Survivor
from drctl.model.decision import Decision, Done, Refuse, Wait
from drctl.model.duration import format_duration
from drctl.model.evidence import Evidence, RecoveryPoint
from drctl.model.instant import format_instant
from drctl.model.loss_in_words import loss_in_words
from drctl.model.past import Past
from drctl.model.timing import Mark, store_loss
from drctl.model.values import Json, ValueKind
from drctl.ports.action import ActionSpec, Permission, StepContext

BY_LSN = "LSN of the last replayed commit"
"""How a recovery point is known of a database without beacons: by what its log has told it while it was recovered."""
_SERVERS = {BeaconKind.POSTGRES: "PostgreSQL", BeaconKind.REDIS: "Redis"}


class ReadBeacon(ReadOnly):
    """Holds once the store has answered. The newest beacon is its recovery point, to within the beacons' period.

    Where there is none, the step holds all the same and the recovery point stays unread, which is never taken for
    zero: then what another step of the same store says is counted. It proves what is there at that moment: read before
    anybody writes beacons into the recovered store.
    """

    spec = ActionSpec(
        kind="beacon.read",
        summary="Find the newest beacon in a recovered store, which tells what was lost",
        params=Params,
        outputs={
            "found": ValueKind.BOOLEAN,
            "at": ValueKind.TIMESTAMP,
            "every_s": ValueKind.NUMBER,
            "environment": ValueKind.STRING,
        },
        expect=timedelta(seconds=10),
        deadline=timedelta(minutes=10),
        operations=(
            "s3:HeadBucket",
            "s3:ListObjectsV2",
            "s3:GetObject",
            "sqs:GetQueueUrl",
            "sqs:GetQueueAttributes",
            "sqs:ReceiveMessage",
            "secretsmanager:DescribeSecret",
            "secretsmanager:GetSecretValue",
        ),
        recovers_store=True,
        example="""\
- id: what-the-uploads-lost
  uses: beacon.read
  store: storage
  with:
    beacon: storage
    kind: s3
    region: eu-west-1
    bucket: amply-storage-prod-eu-west-1
""",
    )

    def observe(self, params: Params, ctx: StepContext) -> Seen:
        return look(params, ctx.aws, ctx.probes)

    def decide(self, params: Params, seen: Seen, past: Past) -> Decision:
        if seen.missing:
            return Refuse(seen.missing, f"name what was recovered; then: drctl resume {past.run}")
        if seen.failure == "not-simulated":
            return Refuse(seen.detail, "describe it in the estate: `beacons` of the database")
        if seen.failure:
            told = told_failure(seen.failure, seen.detail, _SERVERS.get(params.kind, "server"))
            return Wait(f"{params.place} to answer: {told}")
        return Done(told_survivor(params, seen.survivor))

    def verify(self, params: Params, seen: Seen, past: Past, ctx: StepContext) -> Evidence:
        survivor = seen.survivor
        if survivor is None:
            return _without_beacon(params, seen)
        outputs: dict[str, Json] = {
            "found": True,
            "at": format_instant(survivor.at),
            "every_s": survivor.beacon.every.total_seconds(),
            "environment": survivor.beacon.environment,
        }
        point = RecoveryPoint(survivor.at, METHODS[params.kind], survivor.beacon.every)
        loss = store_loss(params.beacon, point.at, point.method, past.onset, precision=point.precision)
        told = told_survivor(params, survivor)
        if loss.loss is not None:
            told = f"{loss_in_words(loss, Mark.ONSET)}; {told}"
        return Evidence.of(told, outputs=outputs, recovery_point=point)

    def permissions(self, params: Params, region: str, account: str) -> tuple[Permission, ...]:
        match params.kind:
            case BeaconKind.POSTGRES | BeaconKind.REDIS:
                return opening(params.region, account, params.password_secret) if params.password_secret else ()
            case BeaconKind.S3:
                bucket = bucket_arn(str(params.bucket))
                return (
                    Permission(("s3:ListBucket",), (bucket,), "find the newest beacon"),
                    Permission(("s3:GetObject",), (f"{bucket}/{params.objects}{params.beacon}/*",), "read it"),
                )
            case BeaconKind.SQS:
                looks = ("sqs:GetQueueUrl", "sqs:GetQueueAttributes", "sqs:ReceiveMessage")
                arn = queue_arn(params.region, account, str(params.queue))
                return (Permission(looks, (arn,), "find the newest beacon"),)
            case BeaconKind.SECRET:
                return reading(params.region, account, str(params.secret))


def told_survivor(params: Params, survivor: Survivor | None) -> str:
    """What was found, in a sentence."""
    if survivor is None:
        of = f" of {params.environment}" if params.environment is not None else ""
        return f"there is no beacon of {params.beacon}{of} in {params.place}: what was lost is not known by one"
    beacon = survivor.beacon
    return (
        f"the newest beacon of {params.beacon} in {params.place} is of {format_instant(survivor.at)}, and one was "
        f"written every {format_duration(beacon.every)} in {beacon.environment}{told_skew(survivor)}"
    )


def told_skew(survivor: Survivor) -> str:
    """What is to be told of the writer's clock, where it differed from the store's."""
    if survivor.skew is None or not survivor.is_ahead:
        return ""
    ahead = format_duration(survivor.skew)
    return f"; its writer's clock was {ahead} ahead of the store's, whose time counts"


def _without_beacon(params: Params, seen: Seen) -> Evidence:
    told, outputs = told_survivor(params, None), {"found": False}
    if seen.replayed_at is None:
        return Evidence.of(told, outputs=outputs)
    replayed = f"; the last commit that it has replayed is of {format_instant(seen.replayed_at)}, at LSN {seen.lsn}"
    return Evidence.of(f"{told}{replayed}", outputs=outputs, recovery_point=RecoveryPoint(seen.replayed_at, BY_LSN))
