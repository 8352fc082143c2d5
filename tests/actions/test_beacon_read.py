"""Beacons in buckets, queues and secrets of the simulated AWS: what has survived, and what is never touched."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from drctl.actions.beacons.read import ReadBeacon, told_skew
from drctl.actions.beacons.read_params import Params
from drctl.actions.beacons.sight import look
from drctl.actions.catalogue import ActionCatalogue
from drctl.aws.s3_beacons import beacon_object, is_time_to_prune, prune_beacons, put_beacon
from drctl.aws.secret_beacons import STAGE, is_for_beacons, put_version
from drctl.aws.sqs_beacons import find_beacon_queue, prune_messages, send_beacon
from drctl.model.beacon import Beacon, BeaconKind, Survivor, new_beacon
from drctl.model.past import Past
from drctl.testing.outside import no_probes
from tests.actions.cases import beacon_read
from tests.fakes.aws import kept_access
from tests.fakes.beacons import PERIOD, Cadence, assert_measured, loss_of, read
from tests.simulated import PRIMARY, RECOVERY, START, Simulated

SOURCE, REPLICA = "amply-storage-prod", "amply-storage-prod-eu-west-1"
PREFIX = "drctl-beacon/"
IN_REPLICA = Params(beacon="storage", kind=BeaconKind.S3, region=RECOVERY, bucket=REPLICA)
IN_QUEUE = Params(beacon="jobs", kind=BeaconKind.SQS, region=RECOVERY, queue="beacons")
IN_SECRET = Params(beacon="secrets", kind=BeaconKind.SECRET, region=RECOVERY, secret="beacons")


def aws(simulated: Simulated) -> Any:
    return kept_access(simulated, None).for_account(None)


def replicated_buckets(simulated: Simulated) -> Any:
    """The source, which replicates to the bucket of the recovery Region; the source's client."""
    for bucket, region in ((SOURCE, PRIMARY), (REPLICA, RECOVERY)):
        s3 = simulated.client("s3", region)
        s3.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": region})
        s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    home = simulated.client("s3", PRIMARY)
    rule = {
        "ID": "to-recovery", "Priority": 1, "Status": "Enabled", "Filter": {},
        "DeleteMarkerReplication": {"Status": "Disabled"}, "Destination": {"Bucket": f"arn:aws:s3:::{REPLICA}"},
    }  # fmt: skip
    role = "arn:aws:iam::111111111111:role/amply-s3-replication"
    home.put_bucket_replication(Bucket=SOURCE, ReplicationConfiguration={"Role": role, "Rules": [rule]})
    return home


def advancing(simulated: Simulated, store: str, write: Callable[[Beacon], Any]) -> Callable[[timedelta], None]:
    """Let virtual time go by with the store's beacons, each begun at its instant."""
    cadence = Cadence(store, write, at=START, _next=START)

    def go_on(span: timedelta) -> None:
        until = simulated.now() + span
        while simulated.now() < until:
            step = min(until - simulated.now(), PERIOD - (simulated.now() - START) % PERIOD)
            simulated.advance(step)
            cadence.go_on(simulated.now() - cadence.at)

    cadence.go_on(timedelta(0))
    return go_on


@pytest.mark.parametrize("frozen", [timedelta(minutes=6, seconds=40), timedelta(seconds=59), timedelta(minutes=3)])
def test_a_replica_has_lost_what_replication_had_not_brought_when_the_region_was_lost(
    simulated: Simulated, frozen: timedelta
) -> None:
    home = replicated_buckets(simulated)
    go_on = advancing(simulated, "storage", lambda beacon: put_beacon(home, SOURCE, PREFIX, beacon))
    # All that is older than the lag has arrived, and nothing that is younger: the copy is frozen that long ago.
    simulated.world.durations = {**simulated.world.durations, "s3.replication": frozen}
    go_on(timedelta(minutes=12, seconds=23))
    onset = simulated.now()
    simulated.world.lost_regions.add(PRIMARY)
    simulated.advance(timedelta(hours=1))
    evidence = read(IN_REPLICA, aws(simulated))
    assert evidence.recovery_point is not None
    assert evidence.recovery_point.method == "beacon object"
    assert_measured(loss_of(evidence, onset), frozen)


def test_of_the_newest_objects_one_that_is_no_beacon_is_passed_over(simulated: Simulated) -> None:
    home = replicated_buckets(simulated)
    beacon = new_beacon("production", "storage", START, PERIOD)
    put_beacon(home, SOURCE, PREFIX, beacon)
    later = replace(beacon, at=START + PERIOD)
    home.put_object(Bucket=SOURCE, Key=beacon_object(PREFIX, later), Body=b"not written by a writer of beacons")
    put_beacon(home, SOURCE, PREFIX, replace(beacon, at=START + 2 * PERIOD, environment="staging"))
    at_home = replace(IN_REPLICA, bucket=SOURCE, region=PRIMARY, environment="production")
    assert _found(simulated, at_home) == beacon


def test_objects_of_days_that_are_over_are_deleted_with_all_their_versions_and_no_others(simulated: Simulated) -> None:
    home = replicated_buckets(simulated)
    beacons = [new_beacon("production", "storage", START - timedelta(days=age), PERIOD) for age in range(5)]
    for beacon in (*beacons, beacons[-1]):
        put_beacon(home, SOURCE, PREFIX, beacon)
    home.put_object(Bucket=SOURCE, Key="uploads/2020-01-01/a", Body=b"paid")
    prune_beacons(home, SOURCE, PREFIX, beacons[0], timedelta(hours=48))
    listed = home.list_object_versions(Bucket=SOURCE)
    assert [one["Key"] for one in listed["Versions"]] == [
        *sorted(beacon_object(PREFIX, one) for one in beacons[:3]),
        "uploads/2020-01-01/a",
    ]
    assert "DeleteMarkers" not in listed


@pytest.mark.parametrize(("every", "times"), [(PERIOD, 24), (timedelta(minutes=45), 24), (timedelta(hours=3), 8)])
def test_old_objects_are_looked_for_once_an_hour_or_each_time(every: timedelta, times: int) -> None:
    day = [new_beacon("e", "s", START + number * every, every) for number in range(timedelta(days=1) // every)]
    assert sum(map(is_time_to_prune, day)) == times


def test_a_queue_tells_its_newest_beacon_and_keeps_every_message(simulated: Simulated) -> None:
    sqs = simulated.client("sqs", RECOVERY)
    url = sqs.create_queue(QueueName="beacons")["QueueUrl"]
    beacons = [new_beacon("production", "jobs", START + number * PERIOD, PERIOD) for number in range(25)]
    for beacon in beacons:
        send_beacon(sqs, url, beacon)
        simulated.advance(PERIOD)
    sqs.send_message(QueueUrl=url, MessageBody=replace(beacons[0], at=START + timedelta(days=1)).text)
    evidence = read(IN_QUEUE, aws(simulated))
    assert evidence.recovery_point is not None
    assert (evidence.recovery_point.at, evidence.recovery_point.method) == (beacons[-1].at, "beacon message")
    simulated.advance(PERIOD)
    assert _count(sqs) == 26
    queue = find_beacon_queue(sqs, "beacons")
    assert queue is not None
    prune_messages(sqs, queue, beacons[-1])
    simulated.advance(PERIOD)
    # Those of the last five periods stay, and what has not the mark of a beacon, whatever is in it.
    assert _count(sqs) == 7


def test_the_queue_of_an_application_is_neither_read_nor_written(simulated: Simulated) -> None:
    sqs = simulated.client("sqs", RECOVERY)
    sqs.create_queue(QueueName="dead")
    redrive = {"deadLetterTargetArn": f"arn:aws:sqs:{RECOVERY}:111111111111:dead", "maxReceiveCount": 1}
    sqs.create_queue(QueueName="beacons", Attributes={"RedrivePolicy": json.dumps(redrive)})
    seen = look(IN_QUEUE, aws(simulated), no_probes())
    assert seen.missing == "beacons has a dead-letter queue, to which looking would move what is in it"


def test_a_secret_tells_its_newest_version_at_drctls_own_label(simulated: Simulated) -> None:
    secrets = simulated.client("secretsmanager", RECOVERY)
    secrets.create_secret(Name="beacons", SecretString="{}")
    assert _found(simulated, IN_SECRET) is None
    beacons = [new_beacon("production", "secrets", START + number * PERIOD, PERIOD) for number in range(3)]
    for beacon in (*beacons, beacons[-1]):
        put_version(secrets, "beacons", beacon)
    assert _found(simulated, IN_SECRET) == beacons[-1]
    stages = secrets.describe_secret(SecretId="beacons")["VersionIdsToStages"]
    assert sorted(stage for each in stages.values() for stage in each) == ["AWSCURRENT", "AWSPREVIOUS", STAGE]


@pytest.mark.parametrize(
    ("held", "fine"),
    [("{}", True), ("drctl-beacon", True), ('{"password": "open sesame"}', False), ("open sesame", False)],
)
def test_a_secret_of_an_application_is_told_from_one_for_beacons(simulated: Simulated, held: str, fine: bool) -> None:
    secrets = simulated.client("secretsmanager", RECOVERY)
    secrets.create_secret(Name="beacons", SecretString=held)
    assert is_for_beacons(secrets, "beacons") is fine


@pytest.mark.parametrize(
    ("params", "missing"),
    [
        (IN_REPLICA, f"there is no bucket {REPLICA}"),
        (IN_QUEUE, f"there is no queue beacons in {RECOVERY}"),
        (IN_SECRET, f"the secret beacons in {RECOVERY} is not there"),
    ],
)
def test_a_store_that_is_not_there_is_told(simulated: Simulated, params: Params, missing: str) -> None:
    assert look(params, aws(simulated), no_probes()).missing == missing


def test_looking_changes_nothing(simulated: Simulated) -> None:
    beacon_read.in_bucket(simulated)
    beacon_read.in_secret(simulated)
    before = len(simulated.calls())
    for params in (IN_REPLICA, IN_SECRET):
        look(replace(params, beacon="storage"), aws(simulated), no_probes())
    assert len(simulated.calls()) == before


def test_the_sentence_says_what_was_lost_and_that_a_clock_was_ahead() -> None:
    context: Any = None
    ahead = Survivor(beacon_read.BEACON, beacon_read.AT - timedelta(minutes=2))
    params = ActionCatalogue().bind("beacon.read", beacon_read.OF_A_BUCKET).params
    past = Past(run="r", step="s", onset=beacon_read.AT + timedelta(minutes=5))
    evidence = ReadBeacon().verify(params, replace(beacon_read.FOUND, survivor=ahead), past, context)
    assert evidence.fact == (
        "storage: objects of the last 7m before the onset are missing, or up to 1m less; the newest beacon of storage "
        "in the bucket amply-storage-prod-eu-west-1 in eu-west-1 is of 2026-11-23T03:33:20Z, and one was written every "
        "1m in production; its writer's clock was 2m ahead of the store's, whose time counts"
    )
    assert told_skew(Survivor(beacon_read.BEACON)) == ""


@pytest.mark.parametrize(
    ("given", "says"),
    [
        pytest.param({"kind": "s3"}, "a store of the kind s3 needs `bucket`", id="nothing of its kind"),
        pytest.param(
            {"kind": "postgres", "host": "db"}, "needs `database` and `user` and `password_secret`", id="part"
        ),
        pytest.param({"kind": "sqs", "queue": "q", "bucket": "bucket"}, "the kind sqs has no `bucket`", id="another's"),
    ],
)
def test_parameters_are_those_of_the_kind(given: dict[str, Any], says: str) -> None:
    problems = ActionCatalogue().check("beacon.read", {"beacon": "storage", "region": RECOVERY, **given})
    assert [says in problem.message for problem in problems] == [True]


def _found(simulated: Simulated, params: Params) -> Beacon | None:
    survivor = look(params, aws(simulated), no_probes()).survivor
    return survivor.beacon if survivor is not None else None


def _count(sqs: Any) -> int:
    queue = find_beacon_queue(sqs, "beacons")
    assert queue is not None
    return queue.messages
