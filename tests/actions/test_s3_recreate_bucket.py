"""s3.recreate_bucket on the simulated AWS."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from drctl.actions.catalogue import ActionCatalogue
from drctl.model.decision import Done, Refuse
from drctl.ports.action import OWNER_TAG
from tests.actions.cases.s3_recreate_bucket import BUCKET, PARAMS, plant, plant_deleted, plant_taken
from tests.actions.driving import Driver
from tests.actions.laws import RUN, Case, Live
from tests.simulated import PRIMARY, Simulated


@pytest.fixture
def step(simulated: Simulated) -> Driver:
    return Driver(Case(kind="s3.recreate_bucket", params=PARAMS, live=Live(plant=lambda _: None)), simulated)


def test_the_run_owns_the_bucket_from_its_first_moment_on(step: Driver, simulated: Simulated) -> None:
    """The tags are in the create call, so that no crash leaves a bucket behind that nobody owns."""
    plant(simulated)
    step.converge()
    (call,) = simulated.calls("s3", "CreateBucket")[-1:]
    tags = {tag["Key"]: tag["Value"] for tag in call.params["CreateBucketConfiguration"]["Tags"]}
    assert tags[OWNER_TAG] == RUN
    assert tags["team"] == "storage"


def test_a_name_that_is_still_going_round_is_tried_again(step: Driver, simulated: Simulated) -> None:
    plant_deleted(simulated)
    begun = simulated.now()
    assert isinstance(step.converge().decision, Done)
    codes = [call.outcome for call in simulated.calls("s3", "CreateBucket") if call.at >= begun]
    assert "OperationAborted" in codes
    assert codes[-1] == "ok"
    assert simulated.now() - begun >= simulated.world.durations["s3.bucket_name"] - timedelta(minutes=1)


def test_a_name_that_another_account_has_is_given_up(step: Driver, simulated: Simulated) -> None:
    plant(simulated)
    plant_taken(simulated)
    decision = step.converge().decision
    assert isinstance(decision, Refuse)
    assert "another account" in decision.because
    assert [call.outcome for call in simulated.calls("s3", "CreateBucket")][-1] == "BucketAlreadyExists"


@pytest.mark.parametrize("gone", [False, True], ids=["an object", "a delete marker"])
def test_undo_deletes_nothing_that_somebody_has_written(step: Driver, simulated: Simulated, gone: bool) -> None:
    plant(simulated)
    step.converge()
    s3 = simulated.client("s3", PRIMARY)
    s3.put_object(Bucket=BUCKET, Key="a", Body=b"x")
    if gone:
        s3.delete_object(Bucket=BUCKET, Key="a")
    undone = step.converge(undo=True)
    assert isinstance(undone.decision, Refuse)
    assert undone.changes == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"bucket": "No_Bucket"},
        {"kms_key": "alias/data"},
        {"versioned": False},
        {"replication": {"Role": "arn", "Rules": [{"Status": "Enabled"}]}},
        {"replication": {"Rules": []}},
    ],
    ids=["name", "key", "replicates without versions", "a rule without an id", "no rules"],
)
def test_what_s3_would_not_take_is_told_before_a_run(wrong: dict[str, Any]) -> None:
    assert ActionCatalogue().check("s3.recreate_bucket", {**PARAMS, **wrong})
