"""route53.switch_records on the simulated AWS."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from drctl.aws.failures import classify
from drctl.model.decision import Change, Done, Refuse
from drctl.model.failure import FailureKind
from tests.actions.cases.route53_switch_records import NAME, OLD_DOCUMENT, PARAMS, plant_zone
from tests.actions.driving import Driver
from tests.actions.laws import Case, Live
from tests.simulated import SHARED_SERVICES, Simulated


def driver(simulated: Simulated, **params: Any) -> Driver:
    case = Case(
        kind="route53.switch_records",
        params={**PARAMS, **params},
        account="shared-services",
        live=Live(plant=lambda _: None),
    )
    return Driver(case, simulated)


class Editor:
    """Somebody else, with a console."""

    def __init__(self, simulated: Simulated, *records: dict[str, Any]) -> None:
        self.route53 = simulated.client("route53", "us-east-1", SHARED_SERVICES)
        self.zone = plant_zone(simulated, *records)
        simulated.advance(timedelta(minutes=5))

    def set(self, record: dict[str, Any]) -> None:
        batch = {"Changes": [{"Action": "UPSERT", "ResourceRecordSet": record}]}
        self.route53.change_resource_record_sets(HostedZoneId=self.zone, ChangeBatch=batch)

    def values(self, name: str = NAME) -> list[str]:
        listed = self.route53.list_resource_record_sets(HostedZoneId=self.zone)["ResourceRecordSets"]
        return [one["Value"] for record in listed if record["Name"] == f"{name}." for one in record["ResourceRecords"]]


EDITED = {**OLD_DOCUMENT, "ResourceRecords": [{"Value": "third.example."}]}


def test_a_concurrent_edit_is_never_overwritten(simulated: Simulated) -> None:
    """It came in between our look and our call: Route 53 refuses the batch, and the edit stays."""
    editor, step = Editor(simulated, OLD_DOCUMENT), driver(simulated)
    change, _ = step.look()
    assert isinstance(change, Change)
    editor.set(EDITED)

    with pytest.raises(ClientError) as refused:
        step.act(change)

    failure = classify(refused.value)
    assert failure is not None
    assert failure.kind is FailureKind.PRECONDITION
    assert editor.values() == ["third.example."]


def test_all_records_of_a_step_change_or_none(simulated: Simulated) -> None:
    """One of two was edited: the other one stays too."""
    other = {**OLD_DOCUMENT, "Name": "www.amply.example."}
    editor = Editor(simulated, OLD_DOCUMENT, other)
    records = [{"name": name, "type": "CNAME", "values": ["new.example"]} for name in ("www.amply.example", NAME)]
    step = driver(simulated, records=records)
    change, _ = step.look()
    assert isinstance(change, Change)
    editor.set(EDITED)
    with pytest.raises(ClientError):
        step.act(change)
    assert editor.values("www.amply.example") == ["old.eu-central-1.example."]


def test_a_record_that_somebody_else_creates_in_between_is_not_overwritten(simulated: Simulated) -> None:
    """Where there was none, there is nothing to compare with but that."""
    editor, step = Editor(simulated), driver(simulated)
    change, _ = step.look()
    assert isinstance(change, Change)
    editor.set(EDITED)
    with pytest.raises(ClientError) as refused:
        step.act(change)
    failure = classify(refused.value)
    assert failure is not None
    assert failure.kind is FailureKind.PRECONDITION
    assert editor.values() == ["third.example."]


def test_it_is_done_when_the_name_servers_answer_and_not_before(simulated: Simulated) -> None:
    """Route 53 has stored it at once; resolvers still get the old answer for a while."""
    Editor(simulated, OLD_DOCUMENT)
    step = driver(simulated)
    change, _ = step.look()
    assert isinstance(change, Change)
    step.act(change)

    decision, evidence = step.look()
    assert isinstance(decision, Done)
    assert evidence is not None
    assert not evidence.holds

    simulated.advance(timedelta(minutes=5))
    _, evidence = step.look()
    assert evidence is not None
    assert evidence.holds
    assert str(evidence.outputs["change"]).startswith("C")


def test_after_a_crash_without_the_changes_id_the_answer_tells(simulated: Simulated) -> None:
    """The id was in the answer that was lost."""
    Editor(simulated, OLD_DOCUMENT)
    step = driver(simulated)
    change, _ = step.look()
    assert isinstance(change, Change)
    step.act(change, lose_answer=True)
    _, evidence = step.look()
    assert evidence is not None
    assert not evidence.holds
    simulated.advance(timedelta(minutes=5))
    _, evidence = step.look()
    assert evidence is not None
    assert evidence.holds


def test_undo_leaves_a_record_alone_that_others_have_changed_since(simulated: Simulated) -> None:
    """Theirs is newer than ours."""
    editor, step = Editor(simulated, OLD_DOCUMENT), driver(simulated)
    step.converge()
    editor.set(EDITED)
    assert isinstance(step.converge(undo=True).decision, Refuse)
    assert editor.values() == ["third.example."]


def test_a_record_that_was_not_there_is_gone_after_undo(simulated: Simulated) -> None:
    """As it was before means: no record."""
    editor, step = Editor(simulated), driver(simulated)
    step.converge()
    assert editor.values() == ["New.eu-west-1.example."]
    assert isinstance(step.converge(undo=True).decision, Done)
    assert editor.values() == []
