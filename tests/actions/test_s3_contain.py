"""s3.contain on the simulated AWS."""

from __future__ import annotations

import pytest
from botocore.exceptions import ClientError

from drctl.aws.failures import classify
from drctl.aws.s3_policy import BucketPolicy, find_policy
from drctl.model.decision import Change, Done
from drctl.model.failure import FailureKind
from tests.actions.cases.s3_contain import BUCKET, OURS, PARAMS, TLS, plant_with_policy, policy, put
from tests.actions.driving import Driver
from tests.actions.laws import Case, Live
from tests.simulated import PRIMARY, Simulated


@pytest.fixture
def step(simulated: Simulated) -> Driver:
    """The step, before a bucket with a policy of its own."""
    plant_with_policy(simulated)
    return Driver(Case(kind="s3.contain", params=PARAMS, live=Live(plant=lambda _: None)), simulated)


def present(simulated: Simulated) -> BucketPolicy | None:
    return find_policy(simulated.client("s3", PRIMARY), BUCKET)


def test_nobody_writes_to_a_contained_bucket_any_more(step: Driver, simulated: Simulated) -> None:
    s3 = simulated.client("s3", PRIMARY)
    s3.put_object(Bucket=BUCKET, Key="a", Body=b"x")
    step.converge()
    with pytest.raises(ClientError, match="AccessDenied"):
        s3.put_object(Bucket=BUCKET, Key="a", Body=b"sealed")
    step.converge(undo=True)
    s3.put_object(Bucket=BUCKET, Key="a", Body=b"y")


def test_a_policy_changed_since_the_look_is_not_written_over(step: Driver, simulated: Simulated) -> None:
    """Nothing is sent, and the next look begins from what is there now."""
    decision, _ = step.look()
    assert isinstance(decision, Change)
    theirs = policy(TLS, {**TLS, "Sid": "New"})
    put(simulated, theirs)
    planted = len(simulated.calls())

    with pytest.raises(ClientError) as lost:
        step.act(decision)

    failure = classify(lost.value)
    assert failure is not None
    assert failure.kind is FailureKind.PRECONDITION
    assert len(simulated.calls()) == planted
    assert isinstance(step.converge().decision, Done)
    assert present(simulated) == policy(TLS, {**TLS, "Sid": "New"}, OURS)


def test_undo_keeps_what_others_have_added_since(step: Driver, simulated: Simulated) -> None:
    step.converge()
    put(simulated, policy(TLS, OURS, {**TLS, "Sid": "New"}))
    step.converge(undo=True)
    assert present(simulated) == policy(TLS, {**TLS, "Sid": "New"})


def test_the_previous_policy_is_in_the_undo_ledger(step: Driver) -> None:
    step.converge()
    assert step.past.changes[0].undo == {"policy": policy(TLS).document}
