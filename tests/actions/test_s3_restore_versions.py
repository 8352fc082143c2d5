"""s3.restore_versions on the simulated AWS."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from drctl.actions.s3 import version_batches
from drctl.actions.s3.restore_parameters import Params
from drctl.actions.s3.version_plan import make_plan
from drctl.aws import s3_versions
from drctl.aws.failures import classify
from drctl.aws.s3_versions import History, list_histories
from drctl.model.decision import Change, Done, Refuse
from drctl.model.failure import FailureKind
from tests.actions.cases import s3_restore_versions as case
from tests.actions.driving import Driver
from tests.actions.laws import PAST, Case, Live
from tests.simulated import PRIMARY, Simulated


def driver(simulated: Simulated, params: dict[str, Any]) -> Driver:
    return Driver(Case(kind="s3.restore_versions", params=params, live=Live(plant=lambda _: None)), simulated)


def bodies(simulated: Simulated) -> dict[str, bytes]:
    s3 = simulated.client("s3", PRIMARY)
    listed = s3.list_objects_v2(Bucket=case.BUCKET)["Contents"]
    return {one["Key"]: s3.get_object(Bucket=case.BUCKET, Key=one["Key"])["Body"].read() for one in listed}


GOOD = {f"uploads/{key}": f"good {key}".encode() for key in "abc"}


def test_planning_tells_what_there_is_to_do_and_changes_nothing(simulated: Simulated) -> None:
    """The digest is what a later step names; it is the same after the work is done."""
    case.plant_overwritten(simulated)
    planned = driver(simulated, case.PLANNING).converge()
    assert planned.changes == []
    assert planned.evidence is not None
    outputs = planned.evidence.outputs
    assert (outputs["undelete"], outputs["copy"], outputs["unchanged"], outputs["newer"]) == (0, 2, 1, 1)
    assert planned.evidence.recovery_point is None

    done = driver(simulated, {**case.PLANNING, "plan": outputs["plan"]}).converge()
    assert isinstance(done.decision, Done)
    assert done.evidence is not None
    assert done.evidence.outputs == outputs
    assert done.evidence.recovery_point is not None
    assert done.evidence.recovery_point.at == case.AT


def test_the_instant_may_count_back_from_the_onset() -> None:
    """A drill has another onset each time; where an instant is given too, that one is meant."""
    onset = replace(PAST, onset=case.AT + timedelta(minutes=15))
    relative = Params(region=PRIMARY, bucket=case.BUCKET, prefix="", before_onset=timedelta(minutes=15))
    assert relative.goal(onset) == case.AT
    assert relative.goal(PAST) is None
    absolute = replace(relative, at=case.AT - timedelta(hours=1))
    assert absolute.goal(onset) == absolute.goal(PAST) == absolute.at
    with pytest.raises(ValueError, match="before_onset"):
        Params(region=PRIMARY, bucket=case.BUCKET, prefix="")


def test_objects_whose_versions_were_deleted_too_are_told_of() -> None:
    """A delete marker of before the instant says nothing: expired objects leave such markers behind."""
    older = replace(case.GONE, at=case.ago(60))
    plan = make_plan([case.INTACT, History("a", (case.GONE,)), History("b", (older,)), case.FRESH], case.AT)
    assert plan.gone == ("a",)
    assert plan.told().endswith("1 newer ones left alone, 1 of which only a delete marker is left")


def test_every_object_holds_what_it_held_with_its_metadata(simulated: Simulated) -> None:
    """What is newer stays, and so does what was on top: nothing is destroyed."""
    case.plant_overwritten(simulated)
    before = {one.id for history in _histories(simulated) for one in history.versions}
    driver(simulated, case.PLANTED_COPIES).converge()
    assert bodies(simulated) == {**GOOD, "uploads/new": b"new"}
    head = simulated.client("s3", PRIMARY).head_object(Bucket=case.BUCKET, Key="uploads/a")
    assert head["Metadata"] == {"of": "a"}
    assert before < {one.id for history in _histories(simulated) for one in history.versions}


def test_what_was_deleted_is_undeleted_and_no_deletion_goes_without_a_version(simulated: Simulated) -> None:
    """One call for all markers, then the copies. Undo takes the copies back and says why it leaves the rest."""
    case.plant_deleted(simulated)
    planted = len(simulated.calls())
    step = driver(simulated, case.PLANTED_DELETIONS)
    assert step.converge().changes == ["undelete", "copy"]
    assert bodies(simulated) == GOOD

    undone = step.converge(undo=True)
    assert undone.changes == ["take-back"]
    assert isinstance(undone.decision, Refuse)
    assert "2 objects were undeleted" in undone.decision.because
    for call in simulated.calls()[planted:]:
        assert call.operation in ("CopyObject", "DeleteObjects")
    assert not [one for history in _histories(simulated) for one in history.versions if one.marker]


def test_a_plan_that_is_no_longer_the_approved_one_is_not_carried_out(simulated: Simulated) -> None:
    """A version that was to come back has been deleted since."""
    case.plant_overwritten(simulated)
    (wanted,) = [one.versions[-1].id for one in _histories(simulated) if one.key == "uploads/a"]
    simulated.client("s3", PRIMARY).delete_object(Bucket=case.BUCKET, Key="uploads/a", VersionId=wanted)
    before = len(simulated.calls())
    assert isinstance(driver(simulated, case.PLANTED_COPIES).converge().decision, Refuse)
    assert len(simulated.calls()) == before


def test_an_object_that_somebody_writes_meanwhile_is_not_written_over(simulated: Simulated) -> None:
    """The copy is made onto what was seen or not at all; undo leaves theirs alone."""
    case.plant_overwritten(simulated)
    step = driver(simulated, case.PLANTED_COPIES)
    change, _ = step.look()
    assert isinstance(change, Change)
    s3 = simulated.client("s3", PRIMARY)
    for key in ("uploads/a", "uploads/b"):
        s3.put_object(Bucket=case.BUCKET, Key=key, Body=b"theirs")

    step.act(change)

    assert bodies(simulated)["uploads/a"] == bodies(simulated)["uploads/b"] == b"theirs"
    assert step.converge(undo=True).changes == []
    # They wrote before anything was brought back: to a plan for that instant it is one more thing to undo.
    assert isinstance(step.converge().decision, Done)
    assert bodies(simulated)["uploads/a"] == b"good a"
    s3.put_object(Bucket=case.BUCKET, Key="uploads/a", Body=b"theirs again")
    assert isinstance(step.converge().decision, Refuse)
    assert isinstance(step.converge(undo=True).decision, Refuse)
    assert bodies(simulated)["uploads/a"] == b"theirs again"


def test_large_work_is_done_in_batches(simulated: Simulated, monkeypatch: pytest.MonkeyPatch) -> None:
    """No call takes more versions than S3 does; after a crash only one batch is in doubt."""
    monkeypatch.setattr(version_batches, "COPIED_AT_ONCE", 1)
    monkeypatch.setattr(version_batches, "MOST_DELETED", 2)
    case.plant_deleted(simulated)
    assert driver(simulated, case.PLANTED_DELETIONS).converge().changes == ["undelete", "undelete", "copy"]
    assert bodies(simulated) == GOOD


def test_a_listing_of_several_pages_is_one_listing(simulated: Simulated, monkeypatch: pytest.MonkeyPatch) -> None:
    """The history of a key may be cut anywhere."""
    case.plant_overwritten(simulated)
    whole = _histories(simulated)
    monkeypatch.setenv("MOTO_S3_DEFAULT_MAX_KEYS", "2")
    assert _histories(simulated) == whole
    some, complete = list_histories(simulated.client("s3", PRIMARY), case.BUCKET, case.PREFIX, 2)
    assert (some, complete) == (whole[:2], False)


def test_a_version_that_s3_refuses_to_delete_is_a_failure() -> None:
    """DeleteObjects succeeds as a whole whatever becomes of each object."""

    class Refusing:
        def delete_objects(self, **_: Any) -> dict[str, Any]:
            return {"Errors": [{"Key": "a", "Code": "AccessDenied", "Message": "locked"}]}

    with pytest.raises(Exception, match="AccessDenied") as refused:
        s3_versions.delete_versions(Refusing(), case.BUCKET, [("a", "v1")])
    failure = classify(refused.value)
    assert failure is not None
    assert failure.kind is FailureKind.AUTH


def test_what_was_put_at_the_instant_itself_belongs_to_it() -> None:
    """And what was put a second later does not."""
    at = case.GOOD.at
    assert make_plan([case.OVERWRITTEN], at).copy
    assert make_plan([case.OVERWRITTEN], at - timedelta(seconds=1)).newer == ("uploads/a",)


def _histories(simulated: Simulated) -> tuple[s3_versions.History, ...]:
    return list_histories(simulated.client("s3", PRIMARY), case.BUCKET, case.PREFIX, 100)[0]
