"""Queues and alarms are part of the world that a run is judged by."""

from __future__ import annotations

from drctl.ports.action import OWNER_TAG
from drctl.sim.state import state_of
from tests.actions.cases.cloudwatch_mute import ERRORS, plant_alarm
from tests.simulated import PRODUCTION, RECOVERY, Simulated

PLACE = f"{PRODUCTION}/{RECOVERY}"


def test_a_queue_is_told_with_its_messages_and_without_the_name_of_its_run(simulated: Simulated) -> None:
    sqs = simulated.client("sqs", RECOVERY)
    url = sqs.create_queue(QueueName="tasks", tags={OWNER_TAG: "dr-1"})["QueueUrl"]
    sqs.send_message(QueueUrl=url, MessageBody="x")
    told = state_of(())["queues"][f"{PLACE}/tasks"]
    assert (told["messages"], told["tags"], told["attributes"]["VisibilityTimeout"]) == (1, {OWNER_TAG: "(run)"}, "30")


def test_a_muted_alarm_is_told_apart(simulated: Simulated) -> None:
    plant_alarm(simulated, ERRORS)
    loud = state_of(())["alarms"]
    simulated.client("cloudwatch", RECOVERY).disable_alarm_actions(AlarmNames=[ERRORS])
    assert loud == {f"{PLACE}/{ERRORS}": {"calls": True}}
    assert state_of(())["alarms"] == {f"{PLACE}/{ERRORS}": {"calls": False}}
