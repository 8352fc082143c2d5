"""s3.promote_replica"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from drctl.actions.s3.parameters import Seen
from drctl.aws.cloudwatch import Backlog
from drctl.aws.s3 import Bucket, Replication, read_rule
from drctl.aws.ssm import Parameter
from drctl.model.past import ChangeState, Past, PastChange
from tests.actions.laws import PAST, Case, Live, Sight, Sightings
from tests.simulated import PRIMARY, RECOVERY, Simulated

SOURCE, REPLICA = "amply-storage-prod", "amply-storage-prod-eu-west-1"
ROLE = "arn:aws:iam::111111111111:role/amply-s3-replication"
POINTER = "/amply/prod/storage-bucket"
AT = datetime(2026, 11, 23, 4, tzinfo=UTC)
PARAMS: dict[str, Any] = {
    "region": RECOVERY,
    "bucket": REPLICA,
    "source_bucket": SOURCE,
    "source_region": PRIMARY,
    "role": ROLE,
    "pointer": POINTER,
}
LIMITED = {**PARAMS, "max_backlog": 10, "max_latency": "15m"}


def rule(id: str, to: str, **changed: Any) -> dict[str, Any]:
    """A replication rule as S3 writes it."""
    return {
        "ID": id,
        "Priority": 1,
        "Status": "Enabled",
        "Filter": {"Prefix": ""},
        "DeleteMarkerReplication": {"Status": "Enabled"},
        "Destination": {"Bucket": f"arn:aws:s3:::{to}", "Metrics": {"Status": "Enabled"}},
        **changed,
    }


def replication(*rules: dict[str, Any], role: str = ROLE) -> Replication:
    return Replication(role=role, rules=tuple(map(read_rule, rules)), document={"Role": role, "Rules": list(rules)})


OURS = rule("drctl-reverse", SOURCE)
ARCHIVE = rule("archive", "amply-archive", Priority=2)
BUCKET = Bucket(name=REPLICA, region=RECOVERY, versioned=True, replication=None)
REVERSED = replace(BUCKET, replication=replication(OURS))
BACKLOG = Backlog(pending=0, latency=timedelta(0), at=AT, age=timedelta(seconds=40))
AT_SOURCE = Parameter(name=POINTER, value=SOURCE, type="String", version=1)
AT_REPLICA = replace(AT_SOURCE, value=REPLICA, version=2)
START = Seen(bucket=BUCKET, backlog=BACKLOG, pointer=AT_SOURCE)
DONE = Seen(bucket=REVERSED, backlog=BACKLOG, pointer=AT_REPLICA)


def change(name: str, state: ChangeState, kind: str = "", **undo: Any) -> PastChange:
    return PastChange(
        name=name, summary=name, state=state, intended_at=AT, undo=undo, target=POINTER, failure_kind=kind
    )


def past(state: ChangeState = ChangeState.RETURNED, kind: str = "", before: Replication | None = None) -> Past:
    put = change("put-reverse-rule", state, kind, replication=before.document if before else None)
    return replace(PAST, changes=(put, change("point-writers", state, kind, value=SOURCE)))


LOST, DENIED = past(ChangeState.INTENDED), past(ChangeState.FAILED, "auth")
OFF = replication(rule("drctl-reverse", SOURCE, Status="Disabled"))


def saw(seen: Seen = START, before: Past = PAST, **changed: Any) -> Sight:
    return Sight(replace(seen, **changed), before)


def backlog(**changed: Any) -> Sight:
    return saw(backlog=replace(BACKLOG, **changed))


def plant(simulated: Simulated) -> None:
    plant_buckets(simulated)


def plant_buckets(simulated: Simulated, *others: dict[str, Any]) -> None:
    """The source with two objects and its replica, what replicates between them, and the writers' pointer."""
    names = {SOURCE: PRIMARY, REPLICA: RECOVERY, "amply-archive": RECOVERY}
    for name, region in names.items():
        s3 = simulated.client("s3", region)
        s3.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": region})
        s3.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Enabled"})
    configure(simulated, PRIMARY, SOURCE, rule("to-ireland", REPLICA))
    if others:
        configure(simulated, RECOVERY, REPLICA, *others)
    for key in ("a", "b"):
        simulated.client("s3", PRIMARY).put_object(Bucket=SOURCE, Key=key, Body=b"x")
    simulated.client("ssm", RECOVERY).put_parameter(Name=POINTER, Value=SOURCE, Type="String")
    simulated.advance(timedelta(minutes=30))


def configure(simulated: Simulated, region: str, bucket: str, *rules: dict[str, Any], role: str = ROLE) -> None:
    simulated.client("s3", region).put_bucket_replication(
        Bucket=bucket, ReplicationConfiguration={"Role": role, "Rules": list(rules)}
    )


def plant_with_archive(simulated: Simulated) -> None:
    plant_buckets(simulated, ARCHIVE)


def plant_prepared(simulated: Simulated) -> None:
    """Both directions configured in advance, as AWS recommends."""
    plant_buckets(simulated, rule("to-frankfurt", SOURCE))


def plant_foreign(simulated: Simulated) -> None:
    configure(simulated, RECOVERY, REPLICA, rule("drctl-reverse", "amply-archive"))


def world(simulated: Simulated) -> object:
    s3 = simulated.client("s3", RECOVERY)
    try:
        rules = s3.get_bucket_replication(Bucket=REPLICA)["ReplicationConfiguration"]
    except s3.exceptions.ClientError:
        rules = None
    pointer = simulated.client("ssm", RECOVERY).get_parameter(Name=POINTER)["Parameter"]["Value"]
    return rules, pointer


CASES = (
    Case(
        kind="s3.promote_replica",
        params=PARAMS,
        sees=Sightings(
            absent={
                "a replica": saw(),
                "a replica with other rules": saw(bucket=replace(BUCKET, replication=replication(ARCHIVE))),
                "our rule switched off": saw(bucket=replace(BUCKET, replication=OFF)),
                "a reverse rule for some objects only": saw(
                    bucket=replace(BUCKET, replication=replication(rule("x", SOURCE, Filter={"Prefix": "logs/"})))
                ),
                "writers still at the source": saw(bucket=REVERSED),
                "a backlog that never drains": backlog(pending=7000, latency=timedelta(hours=2)),
                "no measurements": saw(backlog=None),
                "stale measurements": backlog(age=timedelta(minutes=11)),
                "pending for nobody knows how long": backlog(pending=3, latency=None),
            },
            there={
                "all done": saw(DONE),
                "both ways prepared in advance": saw(
                    DONE, bucket=replace(BUCKET, replication=replication(rule("to-frankfurt", SOURCE), ARCHIVE))
                ),
                "done by an earlier attempt": saw(DONE, LOST),
                "done, and measured long ago": saw(DONE, backlog=replace(BACKLOG, age=timedelta(hours=2))),
            },
            dead_end={
                "no bucket": saw(bucket=None),
                "the source in place of the replica": saw(bucket=replace(BUCKET, region=PRIMARY)),
                "a Region that S3 does not tell": saw(bucket=replace(BUCKET, region="")),
                "not versioned": saw(bucket=replace(BUCKET, versioned=False)),
                "no pointer": saw(pointer=None),
                "a pointer that is a secret": saw(pointer=replace(AT_SOURCE, type="SecureString")),
            },
            foreign={
                "a rule of our name to elsewhere": saw(
                    bucket=replace(BUCKET, replication=replication(rule("drctl-reverse", "amply-archive")))
                ),
                "others' rules with another role": saw(
                    bucket=replace(BUCKET, replication=replication(ARCHIVE, role="arn:aws:iam::111111111111:role/x"))
                ),
            },
            undo_own={
                "all done": saw(DONE, past()),
                "all done, the answers lost": saw(DONE, LOST),
                "only the rule left": saw(DONE, past(), pointer=AT_SOURCE),
                "a rule that was switched off": saw(DONE, past(before=OFF), pointer=AT_SOURCE),
            },
            undo_over={
                "prepared in advance, nothing changed": saw(DONE),
                "refused by AWS": saw(START, DENIED),
                "as before": saw(START, past()),
                "switched off as before": saw(bucket=replace(BUCKET, replication=OFF), before=past(before=OFF)),
            },
        ),
        live=Live(
            plant=plant,
            takes=("put-reverse-rule", "point-writers"),
            undo_takes=("point-writers-back", "remove-reverse-rule"),
            fingerprint=world,
            plant_foreign=plant_foreign,
        ),
        exempt={
            "settling": "S3 and SSM answer at once; a backlog is not waited for",
            "unknown": "neither a bucket nor a rule has a status beyond on and off",
        },
    ),
    Case(
        kind="s3.promote_replica",
        name="within limits",
        params=LIMITED,
        sees=Sightings(
            absent={
                "at the limits": backlog(pending=10, latency=timedelta(minutes=15)),
                "nothing pending, whatever the latency says": backlog(pending=0, latency=timedelta(hours=1)),
            },
            there={"beyond the limits, but done": saw(DONE, backlog=replace(BACKLOG, pending=11))},
            dead_end={
                "no measurements": saw(backlog=None),
                "stale measurements": backlog(age=timedelta(minutes=11)),
                "pending for nobody knows how long": backlog(pending=3, latency=None),
                "too many pending": backlog(pending=11),
                "too far behind": backlog(pending=1, latency=timedelta(minutes=16)),
            },
        ),
    ),
    Case(
        kind="s3.promote_replica",
        name="beside another rule",
        params=PARAMS,
        live=Live(
            plant=plant_with_archive,
            takes=("put-reverse-rule", "point-writers"),
            undo_takes=("point-writers-back", "remove-reverse-rule"),
            fingerprint=world,
        ),
    ),
    Case(
        kind="s3.promote_replica",
        name="within one Region",
        params={**PARAMS, "source_region": RECOVERY},
        sees=Sightings(dead_end={"source and replica in one place": saw()}),
    ),
    Case(
        kind="s3.promote_replica",
        name="both ways prepared",
        params={**PARAMS, "pointer": None},
        live=Live(plant=plant_prepared, takes=(), undo_takes=(), fingerprint=world),
    ),
)
