"""ssm.put_parameter on the simulated AWS: a secret's value goes from AWS to AWS, and nowhere else."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import Any

import pytest

from drctl.actions.catalogue import ActionCatalogue
from drctl.model.decision import Change, Done, Refuse
from drctl.model.past import ChangeState
from tests.actions.cases import ssm_put_parameter as case
from tests.actions.driving import Driver
from tests.simulated import RECOVERY, Simulated

CASE = next(one for one in case.CASES if one.name == "a SecureString")
VALUES = ("a-new-value", "an-old-value")
TRACES = (*VALUES, *(hashlib.sha256(value.encode()).hexdigest() for value in VALUES))


def test_no_value_and_no_digest_of_one_is_written_down(simulated: Simulated) -> None:
    """Not in what is journaled, nor in what a traceback or a log could show; forwards and backwards."""
    case.plant_secure(simulated)
    step = Driver(CASE, simulated)
    params = step.bound.params
    written: list[object] = []
    for undo in (False, True):
        decision, evidence = step.look(undo=undo)
        written += [decision, evidence]
        outcome = step.converge(undo=undo)
        written += [outcome.decision, outcome.evidence, params]
    written += [step.past, [call.as_json() for call in simulated.calls("ssm")][1:]]
    assert [change.name for change in step.past.changes] == ["put", "put-back"]
    for trace in TRACES:
        assert trace not in repr(written), trace


def test_the_parameter_gets_the_value_under_the_key(simulated: Simulated) -> None:
    case.plant_secure(simulated)
    done = Driver(CASE, simulated).converge()
    assert done.evidence is not None
    assert done.evidence.outputs == {"version": 2, "previous": ""}
    ssm = simulated.client("ssm", RECOVERY)
    newest = ssm.get_parameter_history(Name=case.NAME, WithDecryption=True)["Parameters"][-1]
    assert (newest["Value"], newest["KeyId"], newest["Type"]) == ("a-new-value", case.KEY, "SecureString")


def test_undo_leaves_a_secret_that_somebody_else_has_put_since(simulated: Simulated) -> None:
    """Even where the answer to our own call was lost."""
    for lost in (False, True):
        simulated.renew()
        case.plant_secure(simulated)
        step = Driver(CASE, simulated)
        step.converge(lose_answers=lost)
        ssm = simulated.client("ssm", RECOVERY)
        ssm.put_parameter(Name=case.NAME, Value="theirs", Type="SecureString", Overwrite=True)
        undone = step.converge(undo=True)
        assert isinstance(undone.decision, Refuse)
        assert undone.changes == []


def test_undo_of_a_version_that_aws_has_dropped_is_for_a_person() -> None:
    """It keeps a hundred, and the journal never had the value."""
    dropped = case.secure("old", "new")
    dropped = replace(dropped, versions=dropped.versions[1:])
    decision = CASE.action.decide_undo(CASE.bound.params, dropped, case.put_secure(ChangeState.RETURNED))
    assert isinstance(decision, Refuse)
    assert decision.hint


def test_the_version_that_was_looked_at_is_the_one_that_is_put(simulated: Simulated) -> None:
    """A secret that rotates in between is put by the next look, and not under the first one's name."""
    case.plant_secure(simulated)
    step = Driver(CASE, simulated)
    change, _ = step.look()
    assert isinstance(change, Change)
    simulated.client("secretsmanager", RECOVERY).put_secret_value(SecretId=case.SECRET, SecretString="rotated")
    step.act(change)
    ssm = simulated.client("ssm", RECOVERY)

    def value() -> str:
        return str(ssm.get_parameter(Name=case.NAME, WithDecryption=True)["Parameter"]["Value"])

    assert value() == "a-new-value"
    assert isinstance(step.converge().decision, Done)
    assert value() == "rotated"


@pytest.mark.parametrize(
    "wrong",
    [
        {**case.SECURE, "value": "hunter2"},
        {**case.PARAMS, "type": "SecureString"},
        {**case.PARAMS, "from_secret": case.SECRET},
        {**case.PARAMS, "key": case.KEY},
        {"region": RECOVERY, "name": case.NAME},
        {**case.PARAMS, "label": "aws-live"},
        {**case.PARAMS, "label": "1st"},
    ],
)
def test_a_secret_in_a_runbook_is_a_mistake_before_anything_runs(wrong: dict[str, Any]) -> None:
    """And so is a label that AWS would not take."""
    catalogue = ActionCatalogue()
    assert catalogue.check("ssm.put_parameter", case.SECURE) == catalogue.check("ssm.put_parameter", case.PARAMS) == ()
    assert catalogue.check("ssm.put_parameter", wrong)
