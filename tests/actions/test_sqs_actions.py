"""sqs.ensure, sqs.redrive and sqs.purge on the simulated AWS."""

from __future__ import annotations

from typing import Any

import pytest

from drctl.actions.catalogue import ActionCatalogue
from drctl.model.decision import Done, Refuse, Wait
from drctl.model.failure import FailureKind
from tests.actions.cases import sqs_purge, sqs_redrive
from tests.actions.cases.sqs_ensure import DEAD, NAME, PARAMS
from tests.actions.driving import Driver
from tests.actions.laws import Case, Live
from tests.simulated import RECOVERY, Simulated


def driver(simulated: Simulated, kind: str, **params: Any) -> Driver:
    case = Case(kind=kind, params={"region": RECOVERY, **params}, live=Live(plant=lambda _: None))
    return Driver(case, simulated)


def url_of(simulated: Simulated, name: str) -> str:
    return str(simulated.client("sqs", RECOVERY).get_queue_url(QueueName=name)["QueueUrl"])


def send(simulated: Simulated, name: str) -> None:
    simulated.client("sqs", RECOVERY).send_message(QueueUrl=url_of(simulated, name), MessageBody="x")


def test_a_queue_that_was_deleted_a_moment_ago_is_waited_for(simulated: Simulated) -> None:
    """SQS keeps a name for a minute; that is no reason to give up."""
    sqs = simulated.client("sqs", RECOVERY)
    sqs.delete_queue(QueueUrl=sqs.create_queue(QueueName=NAME)["QueueUrl"])
    step = driver(simulated, "sqs.ensure", queue=NAME)
    assert isinstance(step.converge().decision, Done)
    assert FailureKind.STATE.value in {change.failure_kind for change in step.past.changes}


def test_undo_leaves_a_queue_that_has_messages(simulated: Simulated) -> None:
    step = driver(simulated, "sqs.ensure", **PARAMS)
    step.converge()
    send(simulated, NAME)
    refused = step.converge(undo=True).decision
    assert isinstance(refused, Refuse)
    assert "1 messages" in refused.because
    assert url_of(simulated, NAME)


def test_undo_leaves_attributes_that_somebody_set_since(simulated: Simulated) -> None:
    sqs = simulated.client("sqs", RECOVERY)
    url = sqs.create_queue(QueueName=NAME)["QueueUrl"]
    step = driver(simulated, "sqs.ensure", queue=NAME, visibility="1h")
    step.converge()
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"VisibilityTimeout": "77"})
    assert isinstance(step.converge(undo=True).decision, Refuse)


def test_a_fifo_queue_is_made_as_one(simulated: Simulated) -> None:
    step = driver(simulated, "sqs.ensure", queue=f"{NAME}.fifo", dead_letter_queue=f"{DEAD}.fifo")
    assert isinstance(step.converge().decision, Done)


@pytest.mark.parametrize(
    ("params", "message"),
    [
        pytest.param({"dead_letter_queue": NAME}, "its own dead-letter queue", id="itself"),
        pytest.param({"dead_letter_queue": f"{DEAD}.fifo"}, "FIFO", id="one of them FIFO"),
        pytest.param({"dead_letter_retention": "1d"}, "needs a `dead_letter_queue`", id="none"),
        pytest.param({"retention": "15d"}, "SQS takes from", id="kept too long"),
        pytest.param({"visibility": "13h"}, "SQS takes from", id="hidden too long"),
    ],
)
def test_a_queue_that_cannot_be_is_a_mistake(params: dict[str, Any], message: str) -> None:
    (problem,) = ActionCatalogue().check("sqs.ensure", {"region": RECOVERY, "queue": NAME, **params})
    assert message in problem.message


def test_what_comes_in_after_a_purge_is_never_purged(simulated: Simulated) -> None:
    """It is not stale; whoever still sends has to be stopped first."""
    sqs_purge.plant(simulated)
    step = driver(simulated, "sqs.purge", queue=NAME)
    step.converge()
    send(simulated, NAME)
    assert isinstance(step.look()[0], Wait)
    assert len(simulated.calls("sqs", "PurgeQueue")) == 1


def test_somebody_elses_task_is_waited_for(simulated: Simulated) -> None:
    """SQS takes one task at a time; when theirs is over there is nothing left to do."""
    sqs_redrive.plant(simulated)
    step = driver(simulated, "sqs.redrive", dead_letter_queue=DEAD)
    arn = f"arn:aws:sqs:{RECOVERY}:111111111111:{DEAD}"
    simulated.client("sqs", RECOVERY).start_message_move_task(SourceArn=arn)
    outcome = step.converge()
    assert isinstance(outcome.decision, Done)
    assert outcome.changes == []


def test_dead_letters_go_where_they_are_sent(simulated: Simulated) -> None:
    sqs_redrive.plant(simulated)
    simulated.client("sqs", RECOVERY).create_queue(QueueName="elsewhere")
    outcome = driver(simulated, "sqs.redrive", dead_letter_queue=DEAD, to="elsewhere", max_per_second=10).converge()
    assert outcome.evidence is not None
    assert outcome.evidence.outputs == {"moved": 3, "left": 0}
