"""CloudWatch is told how many messages wait in a queue."""

from __future__ import annotations

from datetime import timedelta

from tests.simulated import RECOVERY, Simulated


def test_a_metric_follows_what_is_in_the_queue(simulated: Simulated) -> None:
    sqs, cloudwatch = simulated.client("sqs", RECOVERY), simulated.client("cloudwatch", RECOVERY)
    queue = sqs.create_queue(QueueName="tasks")["QueueUrl"]

    def waiting() -> list[float]:
        now = simulated.world.now()
        metric = {
            "Namespace": "AWS/SQS",
            "MetricName": "ApproximateNumberOfMessagesVisible",
            "Dimensions": [{"Name": "QueueName", "Value": "tasks"}],
        }
        query = {"Id": "m", "MetricStat": {"Metric": metric, "Period": 60, "Stat": "Maximum"}}
        answer = cloudwatch.get_metric_data(
            MetricDataQueries=[query], StartTime=now - timedelta(minutes=1), EndTime=now + timedelta(minutes=1)
        )
        return list(answer["MetricDataResults"][0]["Values"])

    assert set(waiting()) == {0.0}
    sqs.send_message(QueueUrl=queue, MessageBody="a")
    assert set(waiting()) == {1.0}
    listed = cloudwatch.list_metrics(Namespace="AWS/SQS", MetricName="ApproximateNumberOfMessagesVisible")["Metrics"]
    assert [one["Dimensions"][0]["Value"] for one in listed] == ["tasks"]
