"""s3.batch_replicate"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from drctl.actions.s3.batch_replicate import Seen
from drctl.aws.s3 import Bucket
from drctl.aws.s3_jobs import Job
from drctl.model.past import Past
from tests.actions.cases.s3_promote_replica import ROLE, configure, replication, rule
from tests.actions.laws import PAST, RUN, STEP, Case, Live, Sight, Sightings
from tests.simulated import PRIMARY, RECOVERY, Simulated

SOURCE, REPLICA, REPORTS = "amply-storage-prod", "amply-storage-prod-eu-west-1", "amply-reports"
AT = datetime(2026, 11, 23, 4, tzinfo=UTC)
PARAMS: dict[str, Any] = {"region": PRIMARY, "bucket": SOURCE, "role": ROLE, "report_bucket": REPORTS}
LENIENT = {**PARAMS, "max_failed": 3}
BUCKET = Bucket(name=SOURCE, region=PRIMARY, versioned=True, replication=replication(rule("to-ireland", REPLICA)))
JOB = Job(
    id="job-1",
    description=f"drctl {RUN} {STEP} #1",
    status="Complete",
    created_at=AT,
    total=10,
    succeeded=10,
)
RETRY = replace(PAST, epoch=2)


def saw(status: str | None = None, past: Past = PAST, bucket: Bucket | None = BUCKET, **changed: Any) -> Sight:
    job = replace(JOB, status=status, **changed) if status is not None else None
    return Sight(Seen(bucket=bucket, job=job), past)


def plant_buckets(simulated: Simulated) -> None:
    for name, region in ((SOURCE, PRIMARY), (REPORTS, PRIMARY), (REPLICA, RECOVERY)):
        s3 = simulated.client("s3", region)
        s3.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": region})
        s3.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Enabled"})


def plant(simulated: Simulated) -> None:
    """Two objects that were there before there was a rule, and one that was replicated as it came."""
    plant_buckets(simulated)
    s3 = simulated.client("s3", PRIMARY)
    for key in ("old/a", "old/b"):
        s3.put_object(Bucket=SOURCE, Key=key, Body=b"x")
    configure(simulated, PRIMARY, SOURCE, rule("to-ireland", REPLICA))
    s3.put_object(Bucket=SOURCE, Key="new", Body=b"x")
    simulated.advance(timedelta(minutes=30))


CASES = (
    Case(
        kind="s3.batch_replicate",
        params=PARAMS,
        sees=Sightings(
            absent={
                "no job": saw(),
                "a job failed before the operator's retry": saw("Failed", RETRY),
                "a job left some out before the operator's retry": saw("Complete", RETRY, failed=1, succeeded=9),
            },
            settling={
                **{status: saw(status) for status in ("New", "Preparing", "Ready", "Active", "Completing")},
                **{status: saw(status) for status in ("Pausing", "Paused", "Cancelling", "Failing")},
                "one of before the retry is still at work": saw("Active", RETRY),
                "at work, though the rules are gone": saw("Active", bucket=replace(BUCKET, replication=None)),
            },
            there={
                "complete": saw("Complete"),
                "complete before the retry": saw("Complete", RETRY),
                "nothing to do": saw("Complete", total=0, succeeded=0),
            },
            dead_end={
                "no bucket": saw(bucket=None),
                "no rules": saw(bucket=replace(BUCKET, replication=None)),
                "rules that are off": saw(
                    bucket=replace(BUCKET, replication=replication(rule("x", REPLICA, Status="Disabled")))
                ),
                "failed": saw("Failed", reasons=("AccessDenied: the role",)),
                "cancelled": saw("Cancelled"),
                "waits to be confirmed": saw("Suspended"),
                "some objects failed": saw("Complete", failed=1, succeeded=9),
            },
            unknown={"a status nobody thought of": saw("Dreaming")},
            undo_own={
                **{status: saw(status) for status in ("New", "Preparing", "Active", "Paused", "Suspended")},
            },
            undo_over={
                "no job": saw(),
                **{status: saw(status) for status in ("Complete", "Failed", "Cancelled")},
            },
        ),
        live=Live(plant=plant, takes=("create-job",)),
        exempt={
            "foreign": "only jobs that name this run and step are seen",
            "foreign_live": "only jobs that name this run and step are seen",
            "undo": "what has been replicated stays; that a job at work is cancelled has a test of its own",
        },
    ),
    Case(
        kind="s3.batch_replicate",
        name="lenient",
        params=LENIENT,
        sees=Sightings(
            there={"as many failed as may": saw("Complete", failed=3, succeeded=7)},
            dead_end={"more failed than may": saw("Complete", failed=4, succeeded=6)},
        ),
    ),
)
