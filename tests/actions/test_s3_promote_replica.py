"""s3.promote_replica on the simulated AWS."""

from __future__ import annotations

from datetime import timedelta

import pytest

from drctl.model.decision import Change, Done, Refuse
from tests.actions.cases.s3_promote_replica import (
    ARCHIVE,
    PARAMS,
    POINTER,
    REPLICA,
    ROLE,
    SOURCE,
    configure,
    plant_buckets,
)
from tests.actions.driving import Driver
from tests.actions.laws import Case, Live
from tests.simulated import PRIMARY, RECOVERY, Simulated


@pytest.fixture
def step(simulated: Simulated) -> Driver:
    """The step, before a world in which everything has been replicated."""
    plant_buckets(simulated)
    return Driver(Case(kind="s3.promote_replica", params=PARAMS, live=Live(plant=lambda _: None)), simulated)


def rules(simulated: Simulated) -> set[str]:
    found = simulated.client("s3", RECOVERY).get_bucket_replication(Bucket=REPLICA)["ReplicationConfiguration"]
    return {rule["ID"] for rule in found["Rules"]}


def write(simulated: Simulated, key: str) -> None:
    simulated.client("s3", PRIMARY).put_object(Bucket=SOURCE, Key=key, Body=b"x")


def lose_primary(simulated: Simulated) -> None:
    simulated.world.lost_regions.add(PRIMARY)


def test_the_recovery_point_is_where_replication_stopped(step: Driver, simulated: Simulated) -> None:
    """The source is gone with three objects on their way: the oldest of them is the first that is missing."""
    oldest = simulated.now()
    for key in ("c", "d", "e"):
        write(simulated, key)
        simulated.advance(timedelta(seconds=20))
    lose_primary(simulated)
    simulated.advance(timedelta(minutes=25))

    outcome = step.converge()

    assert isinstance(outcome.decision, Done)
    assert outcome.evidence is not None
    assert outcome.evidence.recovery_point is not None
    assert outcome.evidence.recovery_point.at == oldest
    assert outcome.evidence.recovery_point.method == "replication backlog"
    assert outcome.evidence.outputs["pending_operations"] == 3


def test_with_nothing_pending_the_replica_is_as_new_as_its_measurement(step: Driver, simulated: Simulated) -> None:
    """Never newer: what was written after the last measurement, nobody has counted."""
    lose_primary(simulated)
    outcome = step.converge()
    assert outcome.evidence is not None
    assert outcome.evidence.recovery_point is not None
    age = simulated.now() - outcome.evidence.recovery_point.at
    assert timedelta(0) <= age <= timedelta(minutes=2)
    assert outcome.evidence.outputs == {"bucket": REPLICA, "pending_operations": 0, "latency_s": 0.0}


def test_the_lost_region_is_not_needed(step: Driver, simulated: Simulated) -> None:
    """The backlog is read where it is published: in the replica's Region."""
    lose_primary(simulated)
    assert isinstance(step.converge().decision, Done)
    assert {call.region for call in step.calls} == {RECOVERY}


def test_what_is_written_afterwards_goes_back_to_the_source(step: Driver, simulated: Simulated) -> None:
    """The rule is there before the first write that it has to carry."""
    step.converge()
    s3 = simulated.client("s3", RECOVERY)
    s3.put_object(Bucket=REPLICA, Key="new", Body=b"written in Ireland")
    simulated.advance(timedelta(minutes=5))
    assert simulated.client("s3", PRIMARY).get_object(Bucket=SOURCE, Key="new")["Body"].read() == b"written in Ireland"


def test_a_rule_that_was_added_in_between_is_kept(step: Driver, simulated: Simulated) -> None:
    """The configuration is replaced as a whole, so it is read anew right before it is written."""
    change, _ = step.look()
    assert isinstance(change, Change)
    configure(simulated, RECOVERY, REPLICA, ARCHIVE)
    step.act(change)
    assert rules(simulated) == {"archive", "drctl-reverse"}


def test_ours_comes_after_the_rules_of_others(step: Driver, simulated: Simulated) -> None:
    """S3 refuses two rules of one priority, whichever theirs is."""
    change, _ = step.look()
    assert isinstance(change, Change)
    configure(simulated, RECOVERY, REPLICA, {**ARCHIVE, "Priority": 1})
    step.act(change)
    found = simulated.client("s3", RECOVERY).get_bucket_replication(Bucket=REPLICA)["ReplicationConfiguration"]
    assert {rule["ID"]: rule["Priority"] for rule in found["Rules"]} == {"archive": 1, "drctl-reverse": 2}


def test_undo_keeps_a_rule_that_was_added_since(step: Driver, simulated: Simulated) -> None:
    """Only the rule of our name is taken away."""
    step.converge()
    present = simulated.client("s3", RECOVERY).get_bucket_replication(Bucket=REPLICA)["ReplicationConfiguration"]
    configure(simulated, RECOVERY, REPLICA, *present["Rules"], {**ARCHIVE, "Priority": 9}, role=ROLE)
    assert isinstance(step.converge(undo=True).decision, Done)
    assert rules(simulated) == {"archive"}


def test_undo_leaves_a_pointer_alone_that_others_have_set_since(step: Driver, simulated: Simulated) -> None:
    """Wherever they sent the writers, they had a reason."""
    step.converge()
    ssm = simulated.client("ssm", RECOVERY)
    ssm.put_parameter(Name=POINTER, Value="a-third-bucket", Type="String", Overwrite=True)
    made = len(simulated.calls())

    outcome = step.converge(undo=True)

    assert isinstance(outcome.decision, Refuse)
    assert SOURCE in str(outcome.decision.hint)
    assert len(simulated.calls()) == made
