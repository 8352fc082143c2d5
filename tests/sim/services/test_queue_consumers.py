"""Messages are taken by the tasks that run, and CloudWatch is told how many are left."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from drctl.loading.estate import load_estate
from drctl.sim.seed.plant import plant
from tests.simulated import PRIMARY, RECOVERY, START, Simulated

ESTATE = """
estate: small
accounts: {{ production: "111111111111", staging: "222222222222" }}
default_account: production
regions: {{ primary: eu-central-1, recovery: eu-west-1 }}
places:
  staging:
    eu-central-1:
      queues: {{ tasks: {{ messages: 1 }} }}
  production:
    eu-central-1:
      networks: {{ shop: {{ cidr: 10.0.0.0/16, subnets: {{ a: {{ cidr: 10.0.1.0/24, zone: a }} }} }} }}
      task_definitions: {{ workers: {{ containers: {{ workers: {{ image: "elsewhere.example/workers:1" }} }} }} }}
      clusters:
        shop: {{ services: {{ workers: {{ task: workers, count: {count}, subnets: [a], security_groups: [] }} }} }}
      queues:
        tasks: {{ messages: 10, consumer: {{ service: shop/workers, per_minute: 2 }} }}
"""


def planted(simulated: Simulated, count: int) -> Simulated:
    estate, problems = load_estate(ESTATE.format(count=count), "estate.yaml")
    assert estate is not None, problems
    plant(estate, simulated.app, START)
    return simulated


def told(simulated: Simulated, minutes: int, name: str = "tasks") -> list[float]:
    """The metric, minute by minute from the start on, once that many have gone by."""
    simulated.advance(timedelta(minutes=minutes))
    metric: dict[str, Any] = {
        "Namespace": "AWS/SQS",
        "MetricName": "ApproximateNumberOfMessagesVisible",
        "Dimensions": [{"Name": "QueueName", "Value": name}],
    }
    query = {"Id": "m", "MetricStat": {"Metric": metric, "Period": 60, "Stat": "Maximum"}}
    found = simulated.client("cloudwatch", PRIMARY).get_metric_data(
        MetricDataQueries=[query],
        StartTime=START - timedelta(minutes=5),
        EndTime=START + timedelta(minutes=minutes, seconds=1),
        ScanBy="TimestampAscending",
    )
    return list(found["MetricDataResults"][0]["Values"])


def test_each_running_task_takes_its_messages_and_those_of_another_account_are_not_counted(
    simulated: Simulated,
) -> None:
    assert told(planted(simulated, 2), 4) == [10, 6, 2, 0, 0]


@pytest.mark.parametrize("hang", [True, False])
def test_where_nobody_works_the_messages_stay(simulated: Simulated, *, hang: bool) -> None:
    found = planted(simulated, 2 if hang else 0)
    if hang:
        listed = found.client("ecs", PRIMARY).list_tasks(cluster="shop")["taskArns"]
        found.world.broken["task"] = {arn.rsplit("/", 1)[1] for arn in listed}
    assert told(found, 2) == [10, 10, 10]


def test_in_a_lost_region_nothing_is_taken(simulated: Simulated) -> None:
    found = planted(simulated, 2)
    found.world.lose(PRIMARY)
    found.advance(timedelta(minutes=3))
    found.world.heal(PRIMARY)
    assert told(found, 3)[-1] == 10


def test_a_metric_is_that_of_its_queue_and_region(simulated: Simulated) -> None:
    found = planted(simulated, 2)
    assert told(found, 1, "other") == []
    assert [one["Dimensions"] for one in found.client("cloudwatch", PRIMARY).list_metrics()["Metrics"]] == [
        [{"Name": "QueueName", "Value": "tasks"}]
    ]
    assert found.client("cloudwatch", RECOVERY).list_metrics()["Metrics"] == []
