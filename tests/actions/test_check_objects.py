"""check.objects on the simulated AWS."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from drctl.aws.s3_objects import list_objects
from drctl.model.decision import Decision, Done, Refuse, Wait
from tests.actions.cases.check_objects import BUCKET, PARAMS, plant
from tests.actions.driving import Driver
from tests.actions.laws import Case, Live
from tests.simulated import PRIMARY, Simulated


@pytest.fixture
def s3(simulated: Simulated) -> Any:
    plant(simulated)
    return simulated.client("s3", PRIMARY)


def look(simulated: Simulated, **params: Any) -> Decision:
    case = Case(kind="check.objects", params={**PARAMS, **params}, live=Live(plant=lambda _: None))
    return Driver(case, simulated).look()[0]


def test_an_object_that_is_archived_cannot_be_read(s3: Any, simulated: Simulated) -> None:
    s3.put_object(Bucket=BUCKET, Key="uploads/b", Body=b"x", StorageClass="GLACIER")
    decision = look(simulated)
    assert isinstance(decision, Wait)
    assert "uploads/b is archived" in decision.until


def test_the_age_is_told_by_the_clock_of_s3(s3: Any, simulated: Simulated) -> None:
    assert isinstance(look(simulated), Done)
    simulated.advance(timedelta(minutes=61))
    assert isinstance(look(simulated), Wait)


def test_deleted_objects_are_missing(s3: Any, simulated: Simulated) -> None:
    for key in ("a", "b"):
        s3.delete_object(Bucket=BUCKET, Key=f"uploads/{key}")
    decision = look(simulated)
    assert isinstance(decision, Wait)
    assert "3 objects" in decision.until
    assert "there are 2" in decision.until


def test_what_is_too_much_to_list_is_refused(s3: Any, simulated: Simulated) -> None:
    assert isinstance(look(simulated, most=3), Refuse)
    assert isinstance(look(simulated, most=4), Done)


@pytest.mark.parametrize(("most", "keys"), [(2, ["a", "c"]), (9, ["a", "b", "c", "empty"]), (0, [])])
def test_the_sample_is_spread_over_the_names(s3: Any, most: int, keys: list[str]) -> None:
    sample = list_objects(s3, BUCKET, "uploads/", 100).sample(most)
    assert [one.key.removeprefix("uploads/") for one in sample] == keys
