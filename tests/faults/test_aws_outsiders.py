"""Somebody else changes what a step is at work on: it is refused or comes out right, and what is not ours stays."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

import pytest

from drctl.model.events import ChangeIntended, ChangeReturned
from drctl.model.run import StepState
from drctl.ports.action import OWNER_TAG
from drctl.testing.cases import FOREIGN_RUN, Case
from tests.actions.laws import every_case
from tests.faults.chosen import of_every, tally
from tests.faults.one_step import OneStep, check, undisturbed
from tests.simulated import RECOVERY, Simulated
from tests.simulated import simulated as simulated

WITHOUT_CONDITION = {
    "rds.promote_replica": "PromoteReadReplica takes a name and no more",
    "ssm.put_parameter": "PutParameter overwrites whatever has the name",
    "sqs.ensure": "CreateQueue answers for a queue that is as asked for, and changes nothing of it",
}
"""Calls that AWS carries out all the same: between a look and the call nothing can be known."""


@pytest.mark.thorough
def test_what_somebody_makes_between_a_look_and_the_call_stays_theirs(simulated: Simulated) -> None:
    """The step has decided, and right before its call somebody else takes its place: the call changes nothing of it."""

    def forestall(case: Case) -> Counter[str]:
        step, live = OneStep(case, simulated), case.live
        assert live is not None
        plant, theirs = live.plant_foreign, Counter[str]()
        assert plant is not None

        def take_its_place() -> None:
            before = step.accepted
            plant(simulated)
            theirs.update(step.accepted - before)

        step.once(ChangeIntended, take_its_place)
        ended = step.drive()
        ours = step.accepted - theirs
        if case.kind in WITHOUT_CONDITION:
            check(sum(ours.values()) == 1, f"accepted {dict(ours)}")
            return Counter(injected=1)
        check(ended.state in (StepState.FAILED, StepState.HELD), f"{ended.state} {ended.because}")
        check(not ours, f"accepted {dict(ours)}")
        return Counter(injected=1)

    cases = [
        case for case in every_case() if case.live and case.live.plant_foreign and undisturbed(case, simulated).changes
    ]
    tally(
        of_every(cases, forestall),
        fault="somebody else is there first",
        how="between the look and the call of each action that can meet somebody else's resource under its own name; "
        "of three the call takes no condition, and is made once",
    )


@dataclass(frozen=True)
class Meddling:
    """What somebody else does right after the first change of a step was accepted, and what comes of it."""

    kind: str
    what: str
    does: Callable[[Simulated], None]
    refused: bool
    """Whether the step stops; else it comes out right, by one more change."""
    before: bool = False
    """Right before the change is made, as nobody may do it afterwards."""


def retag_instance(simulated: Simulated) -> None:
    simulated.client("rds", RECOVERY).add_tags_to_resource(
        ResourceName=f"arn:aws:rds:{RECOVERY}:111111111111:db:amply-prod",
        Tags=[{"Key": OWNER_TAG, "Value": FOREIGN_RUN}],
    )


def delete_queue(simulated: Simulated) -> None:
    sqs = simulated.client("sqs", RECOVERY)
    sqs.delete_queue(QueueUrl=sqs.list_queues()["QueueUrls"][0])


def set_parameter(simulated: Simulated) -> None:
    simulated.client("ssm", RECOVERY).put_parameter(Name="/amply/prod/deploy-freeze", Value="theirs", Overwrite=True)


def put_secret(simulated: Simulated) -> None:
    secrets = simulated.client("secretsmanager", RECOVERY)
    secrets.put_secret_value(SecretId="amply/prod/database-password", SecretString="theirs")


def scale_service(simulated: Simulated) -> None:
    simulated.client("ecs", RECOVERY).update_service(cluster="amply-prod", service="amply-api", desiredCount=1)


def delete_policy(simulated: Simulated) -> None:
    simulated.client("s3").delete_bucket_policy(Bucket="amply-storage-prod")


def unmute(simulated: Simulated) -> None:
    alarms = simulated.client("cloudwatch", RECOVERY)
    names = [alarm["AlarmName"] for alarm in alarms.describe_alarms()["MetricAlarms"]]
    alarms.enable_alarm_actions(AlarmNames=names)


def rename_instance(simulated: Simulated) -> None:
    rds = simulated.client("rds", RECOVERY)
    rds.modify_db_instance(
        DBInstanceIdentifier="amply-prod", NewDBInstanceIdentifier="amply-lost", ApplyImmediately=True
    )


MEDDLINGS = (
    Meddling("rds.restore_snapshot", "retagged", retag_instance, refused=True),
    Meddling("rds.normalise", "renamed", rename_instance, refused=True, before=True),
    Meddling("sqs.ensure", "deleted", delete_queue, refused=False),
    Meddling("ssm.put_parameter", "modified", set_parameter, refused=False),
    Meddling("secrets.put", "modified", put_secret, refused=True),
    Meddling("ecs.scale", "modified", scale_service, refused=False),
    Meddling("s3.contain", "deleted", delete_policy, refused=False),
    Meddling("cloudwatch.mute", "modified", unmute, refused=False),
)


def test_what_somebody_changes_after_the_call_is_seen(simulated: Simulated) -> None:
    """The step stops, or makes good what is missing; never is a thing there twice."""

    def meddle(meddling: Meddling) -> Counter[str]:
        case = next(case for case in every_case() if case.kind == meddling.kind and case.live)
        usual, step = undisturbed(case, simulated), OneStep(case, simulated)
        step.once(ChangeIntended if meddling.before else ChangeReturned, lambda: meddling.does(simulated))
        ended = step.drive()
        if meddling.refused:
            check(ended.state in (StepState.FAILED, StepState.HELD), f"{ended.state} {ended.because}")
            more = Counter(step.intended) - step.refused - Counter(usual.changes)
            check(not more, f"{step.intended}")
        else:
            check(ended.state is StepState.SUCCEEDED, f"{ended.state} {ended.failure}")
            # What AWS refuses meanwhile, as a queue's name for a minute after it was deleted, is asked for again.
            made = Counter(step.intended) - step.refused
            check(sum(made.values()) == len(usual.changes) + 1, f"{step.intended}")
        return Counter(injected=1)

    counted, failures = Counter[str](), []
    for meddling in MEDDLINGS:
        try:
            counted += meddle(meddling)
        except Exception as error:
            failures.append(f"{meddling.kind} {meddling.what}: {error}")
    assert not failures, "\n".join(failures)
    tally(
        counted,
        fault="somebody else changes what a step has just made",
        how="deleted, renamed, retagged or modified right before or after the first change of eight actions",
    )
