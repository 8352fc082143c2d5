"""The replication metrics of the simulated CloudWatch tell the true backlog, from the Region that is left."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from drctl.sim.services.s3_replication import S3Replication
from tests.sim.services.test_s3_replication import REPLICA, SOURCE, Buckets
from tests.simulated import PRIMARY, RECOVERY, Simulated

DIMENSIONS = [
    {"Name": "SourceBucket", "Value": SOURCE},
    {"Name": "DestinationBucket", "Value": REPLICA},
    {"Name": "RuleId", "Value": "to-recovery"},
]


@pytest.fixture
def buckets(simulated: Simulated) -> Buckets:
    made = Buckets(simulated)
    made.replicate()
    return made


def query(name: str, stat: str = "Maximum", period: int = 60) -> dict[str, Any]:
    metric = {"Namespace": "AWS/S3", "MetricName": name, "Dimensions": DIMENSIONS}
    return {"Id": name[:1].lower() + name[1:], "MetricStat": {"Metric": metric, "Period": period, "Stat": stat}}


def ask(simulated: Simulated, name: str, *, region: str = RECOVERY, minutes: int = 10, **more: Any) -> Any:
    now = simulated.now()
    told = simulated.client("cloudwatch", region).get_metric_data(
        MetricDataQueries=[query(name, **more)],
        StartTime=now - timedelta(minutes=minutes),
        EndTime=now + timedelta(seconds=1),
    )
    return told["MetricDataResults"][0]


def newest(simulated: Simulated, name: str, **more: Any) -> float:
    return float(ask(simulated, name, **more)["Values"][0])


def test_the_backlog_can_be_read_where_the_destination_is_and_nowhere_else(buckets: Buckets) -> None:
    simulated = buckets.simulated
    buckets.put()
    simulated.advance(timedelta(seconds=60))
    assert newest(simulated, "OperationsPendingReplication") == 1
    assert newest(simulated, "BytesPendingReplication") == 4
    assert newest(simulated, "ReplicationLatency") == 60
    assert ask(simulated, "OperationsPendingReplication", region=PRIMARY)["Values"] == []

    simulated.advance(timedelta(minutes=2))
    assert newest(simulated, "OperationsPendingReplication") == 0
    assert newest(simulated, "ReplicationLatency") == 0


def test_there_is_one_datapoint_for_every_whole_minute_and_none_of_the_future(buckets: Buckets) -> None:
    simulated = buckets.simulated
    simulated.advance(timedelta(seconds=150))
    told = ask(simulated, "OperationsPendingReplication", minutes=5)
    newest_minute = simulated.now().replace(second=0)
    assert told["Timestamps"] == [newest_minute - timedelta(minutes=number) for number in range(6)]


def test_the_latency_grows_while_the_source_region_is_lost(buckets: Buckets) -> None:
    simulated = buckets.simulated
    buckets.put()
    simulated.world.lost_regions.add(PRIMARY)
    seen = []
    for _ in range(3):
        simulated.advance(timedelta(hours=1))
        seen.append(newest(simulated, "ReplicationLatency"))
    assert seen == [3600.0, 7200.0, 10800.0]
    assert newest(simulated, "OperationsPendingReplication") == 1


def test_a_planted_backlog_shows_at_the_moment_of_the_disaster(buckets: Buckets) -> None:
    simulated = buckets.simulated
    for number in range(5):
        buckets.put(f"objects/{number}")
    simulated.world.part(S3Replication).plant_backlog(SOURCE, 2, timedelta(minutes=3))
    simulated.world.lost_regions.add(PRIMARY)
    assert newest(simulated, "OperationsPendingReplication") == 2
    assert newest(simulated, "ReplicationLatency") == 180
    assert ask(simulated, "OperationsPendingReplication")["Values"][:4] == [2.0, 2.0, 1.0, 1.0]


def test_failures_are_told_in_the_region_of_the_source(buckets: Buckets) -> None:
    simulated = buckets.simulated
    buckets.put()
    buckets.away.put_bucket_versioning(Bucket=REPLICA, VersioningConfiguration={"Status": "Suspended"})
    simulated.advance(timedelta(minutes=5))
    told = ask(simulated, "OperationsFailedReplication", region=PRIMARY, stat="Sum", period=600)
    assert sum(told["Values"]) == 1
    assert ask(simulated, "OperationsFailedReplication")["Values"] == []
    assert newest(simulated, "OperationsPendingReplication") == 0


def test_a_rule_has_no_datapoints_from_before_it_was_made_or_without_metrics(buckets: Buckets) -> None:
    simulated = buckets.simulated
    simulated.advance(timedelta(minutes=30))
    buckets.away.put_bucket_replication(
        Bucket=REPLICA,
        ReplicationConfiguration={
            "Role": "arn:aws:iam::111111111111:role/r",
            "Rules": [
                {
                    "ID": "drctl-reverse", "Priority": 1, "Status": "Enabled", "Filter": {},
                    "DeleteMarkerReplication": {"Status": "Disabled"},
                    "Destination": {"Bucket": f"arn:aws:s3:::{SOURCE}", "Metrics": {"Status": "Enabled"}},
                }
            ],
        },
    )  # fmt: skip
    simulated.advance(timedelta(minutes=2))
    client = simulated.client("cloudwatch", PRIMARY)
    told = client.get_metric_statistics(
        Namespace="AWS/S3", MetricName="OperationsPendingReplication", Period=60, Statistics=["Maximum"],
        Dimensions=[
            {"Name": "SourceBucket", "Value": REPLICA},
            {"Name": "DestinationBucket", "Value": SOURCE},
            {"Name": "RuleId", "Value": "drctl-reverse"},
        ],
        StartTime=simulated.now() - timedelta(hours=1), EndTime=simulated.now() + timedelta(seconds=1),
    )  # fmt: skip
    assert [(point["Maximum"], point["Unit"]) for point in told["Datapoints"]] == [(0.0, "Count")] * 3
    listed = {(m["MetricName"], m["Dimensions"][2]["Value"]) for m in client.list_metrics(Namespace="AWS/S3")["Metrics"]
              if len(m["Dimensions"]) == 3}  # fmt: skip
    assert ("OperationsPendingReplication", "drctl-reverse") in listed
    assert ("OperationsFailedReplication", "to-recovery") in listed


def test_other_metrics_are_answered_beside_them(buckets: Buckets) -> None:
    simulated = buckets.simulated
    client = simulated.client("cloudwatch", RECOVERY)
    at: datetime = simulated.now()
    client.put_metric_data(
        Namespace="Amply", MetricData=[{"MetricName": "Beat", "Value": 7.0, "Timestamp": at, "Unit": "Count"}]
    )
    simulated.advance(timedelta(minutes=1))
    beat = {"Id": "beat", "MetricStat": {"Metric": {"Namespace": "Amply", "MetricName": "Beat"}, "Period": 60,
                                         "Stat": "Maximum"}}  # fmt: skip
    told = client.get_metric_data(
        MetricDataQueries=[beat, query("OperationsPendingReplication")],
        StartTime=at, EndTime=at + timedelta(minutes=2),
    )["MetricDataResults"]  # fmt: skip
    assert {one["Id"]: one["Values"] for one in told} == {"beat": [7.0], "operationsPendingReplication": [0.0, 0.0]}
    statistics = client.get_metric_statistics(
        Namespace="Amply", MetricName="Beat", Period=60, Statistics=["Sum"], StartTime=at, EndTime=simulated.now()
    )
    assert [point["Sum"] for point in statistics["Datapoints"]] == [7.0]
    with pytest.raises(ClientError) as error:
        client.get_metric_data(
            MetricDataQueries=[
                query("OperationsPendingReplication"), {"Id": "e1", "Expression": "operationsPendingReplication"}
            ],
            StartTime=at, EndTime=simulated.now(),
        )  # fmt: skip
    assert error.value.response["Error"]["Code"] == "NotSimulated"
