"""Dead letters move back in their time, and a minute goes by between two deletions."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from drctl.aws.failures import classify
from drctl.aws.sqs import Redrive
from drctl.model.failure import FailureKind
from tests.simulated import PRODUCTION, RECOVERY, Simulated


class Queues:
    """A queue with its dead-letter queue."""

    def __init__(self, simulated: Simulated) -> None:
        self.simulated = simulated
        self.sqs = simulated.client("sqs", RECOVERY)
        self.dead_arn = f"arn:aws:sqs:{RECOVERY}:{PRODUCTION}:dead"
        self.dead = self.sqs.create_queue(QueueName="dead")["QueueUrl"]
        policy = Redrive(self.dead_arn, 1).as_policy()
        self.queue = self.sqs.create_queue(QueueName="tasks", Attributes={"RedrivePolicy": policy})["QueueUrl"]

    def send(self, url: str, count: int = 2) -> None:
        for number in range(count):
            self.sqs.send_message(QueueUrl=url, MessageBody=str(number))

    def waiting(self, url: str) -> int:
        names = ["ApproximateNumberOfMessages"]
        told = self.sqs.get_queue_attributes(QueueUrl=url, AttributeNames=names)["Attributes"]
        return int(told["ApproximateNumberOfMessages"])

    def start(self) -> str:
        return str(self.sqs.start_message_move_task(SourceArn=self.dead_arn)["TaskHandle"])

    def newest_task(self) -> Any:
        return self.sqs.list_message_move_tasks(SourceArn=self.dead_arn)["Results"][0]


def refusal(error: ClientError) -> FailureKind:
    failure = classify(error)
    assert failure is not None
    return failure.kind


def test_dead_letters_move_back_once_their_lag_has_gone_by(simulated: Simulated) -> None:
    queues = Queues(simulated)
    queues.send(queues.dead)
    queues.start()
    assert (queues.newest_task()["Status"], queues.waiting(queues.dead)) == ("RUNNING", 2)
    simulated.advance(timedelta(seconds=30))
    task = queues.newest_task()
    assert (task["Status"], task["ApproximateNumberOfMessagesMoved"]) == ("COMPLETED", 2)
    assert (queues.waiting(queues.dead), queues.waiting(queues.queue)) == (0, 2)


def test_a_message_that_moved_back_can_be_received_again(simulated: Simulated) -> None:
    """It went to the dead letters because it was received too often."""
    queues = Queues(simulated)
    queues.send(queues.queue, 1)
    queues.sqs.receive_message(QueueUrl=queues.queue, VisibilityTimeout=0)
    queues.sqs.receive_message(QueueUrl=queues.queue, VisibilityTimeout=0)
    assert queues.waiting(queues.dead) == 1
    queues.start()
    simulated.advance(timedelta(seconds=30))
    assert len(queues.sqs.receive_message(QueueUrl=queues.queue)["Messages"]) == 1


def test_one_task_moves_a_queue_at_a_time(simulated: Simulated) -> None:
    queues = Queues(simulated)
    queues.start()
    with pytest.raises(ClientError, match="already a task running"):
        queues.start()


def test_a_cancelled_task_moves_nothing_more(simulated: Simulated) -> None:
    queues = Queues(simulated)
    queues.send(queues.dead)
    queues.sqs.cancel_message_move_task(TaskHandle=queues.start())
    simulated.advance(timedelta(seconds=30))
    assert (queues.newest_task()["Status"], queues.waiting(queues.dead)) == ("CANCELLED", 2)


def test_a_task_fails_whose_queue_was_deleted_meanwhile(simulated: Simulated) -> None:
    queues = Queues(simulated)
    queues.send(queues.dead)
    queues.start()
    queues.sqs.delete_queue(QueueUrl=queues.queue)
    simulated.advance(timedelta(seconds=30))
    assert queues.newest_task()["Status"] == "FAILED"


def test_only_dead_letters_are_moved(simulated: Simulated) -> None:
    queues = Queues(simulated)
    with pytest.raises(ClientError, match="Dead Letter Queue"):
        queues.sqs.start_message_move_task(SourceArn=queues.dead_arn.replace("dead", "tasks"))


def test_a_name_is_free_again_a_minute_after_its_queue_was_deleted(simulated: Simulated) -> None:
    queues = Queues(simulated)
    queues.sqs.delete_queue(QueueUrl=queues.queue)
    with pytest.raises(ClientError) as refused:
        queues.sqs.create_queue(QueueName="tasks")
    assert refusal(refused.value) is FailureKind.STATE
    simulated.advance(timedelta(seconds=60))
    queues.sqs.create_queue(QueueName="tasks")


def test_a_queue_is_purged_once_a_minute(simulated: Simulated) -> None:
    queues = Queues(simulated)
    queues.sqs.purge_queue(QueueUrl=queues.queue)
    with pytest.raises(ClientError) as refused:
        queues.sqs.purge_queue(QueueUrl=queues.queue)
    assert refusal(refused.value) is FailureKind.STATE
    simulated.advance(timedelta(seconds=60))
    queues.sqs.purge_queue(QueueUrl=queues.queue)


def test_two_worlds_that_moved_the_same_hold_the_same(simulated: Simulated) -> None:
    def moved() -> Any:
        queues = Queues(simulated)
        queues.send(queues.dead)
        queues.start()
        simulated.advance(timedelta(seconds=30))
        (overlay,) = (overlay for overlay in simulated.app.overlays if overlay.service == "sqs")
        return overlay.state()

    first = moved()
    simulated.renew()
    assert first == moved() != {}
