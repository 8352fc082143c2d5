"""s3.pause_replication and s3.suspend_lifecycle on the simulated AWS."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from drctl.actions.catalogue import ActionCatalogue
from drctl.model.decision import Change, Refuse
from tests.actions.cases.s3_switch_rules import (
    ARCHIVE,
    BUCKET,
    EXPIRY,
    LIVELY,
    LOGS,
    REPLICA,
    plant,
    put_lifecycle,
    set_to,
    world,
)
from tests.actions.driving import Driver
from tests.actions.laws import Case, Live
from tests.simulated import PRIMARY, RECOVERY, Simulated

KINDS = ("s3.pause_replication", "s3.suspend_lifecycle")


def driver(kind: str, simulated: Simulated, **params: Any) -> Driver:
    given = {"region": PRIMARY, "bucket": BUCKET, **params}
    return Driver(Case(kind=kind, params=given, live=Live(plant=lambda _: None)), simulated)


def test_nothing_is_replicated_while_it_is_paused(simulated: Simulated) -> None:
    """Neither at once nor after it goes on: that takes batch replication."""
    plant(simulated)
    paused = driver("s3.pause_replication", simulated).converge()
    assert paused.evidence is not None
    simulated.client("s3", PRIMARY).put_object(Bucket=BUCKET, Key="sealed", Body=b"x")
    driver("s3.pause_replication", simulated, state="active", rules=paused.evidence.outputs["rules"]).converge()
    simulated.advance(timedelta(minutes=30))
    listed = simulated.client("s3", RECOVERY).list_objects_v2(Bucket=REPLICA)["Contents"]
    assert [one["Key"] for one in listed] == ["a", "b"]


@pytest.mark.parametrize("kind", KINDS)
def test_the_rules_it_has_turned_are_what_a_later_step_turns_back(kind: str, simulated: Simulated) -> None:
    """Rules that were off before anybody came stay off."""
    plant(simulated)
    before = world(simulated)
    off = driver(kind, simulated).converge()
    assert off.evidence is not None
    assert world(simulated) != before
    driver(kind, simulated, state="active", rules=off.evidence.outputs["rules"]).converge()
    assert world(simulated) == before


@pytest.mark.parametrize("kind", KINDS)
def test_making_rules_active_needs_their_names(kind: str) -> None:
    (problem,) = ActionCatalogue().check(kind, {"region": PRIMARY, "bucket": BUCKET, "state": "active"})
    assert "rules" in problem.message


def test_a_lifecycle_changed_since_the_look_is_not_written_over(simulated: Simulated) -> None:
    plant(simulated)
    step = driver("s3.suspend_lifecycle", simulated)
    decision, _ = step.look()
    assert isinstance(decision, Change)
    put_lifecycle(simulated, EXPIRY, LOGS, {**EXPIRY, "ID": "new", "Filter": {"Prefix": "new/"}})
    after = world(simulated)
    with pytest.raises(ClientError, match="changed by somebody else"):
        step.act(decision)
    assert world(simulated) == after


def test_undo_leaves_a_rule_alone_that_somebody_has_changed(simulated: Simulated) -> None:
    plant(simulated)
    step = driver("s3.suspend_lifecycle", simulated)
    step.converge()
    put_lifecycle(simulated, {**set_to(EXPIRY, "Disabled"), "Expiration": {"Days": 400}}, LOGS)
    undone = step.converge(undo=True)
    assert isinstance(undone.decision, Refuse)
    assert undone.changes == []


def test_the_previous_configuration_is_in_the_undo_ledger(simulated: Simulated) -> None:
    plant(simulated)
    step = driver("s3.pause_replication", simulated)
    step.converge()
    configuration: Any = step.past.changes[0].undo["configuration"]
    assert configuration["Rules"] == [LIVELY, ARCHIVE]
