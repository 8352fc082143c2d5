"""Lambda functions that answer what their estate says, with the errors that AWS gives."""

from __future__ import annotations

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from drctl.model.estate_services import Function
from drctl.sim.services.lambda_functions import LambdaFunctions, PlayedFunction
from tests.simulated import PRODUCTION, RECOVERY, Simulated


def played(simulated: Simulated, described: Function | None = None) -> PlayedFunction:
    functions = simulated.world.part(LambdaFunctions)
    return functions.play(PRODUCTION, RECOVERY, "check", described or Function(answer={"ok": True}))


def invoke(simulated: Simulated, region: str = RECOVERY, **given: Any) -> Any:
    return simulated.client("lambda", region).invoke(**{"FunctionName": "check", **given})


def test_an_invocation_is_answered_and_remembered(simulated: Simulated) -> None:
    function = played(simulated)
    answer = invoke(simulated, Payload=b'{"a": 1}')
    assert (answer["StatusCode"], json.loads(answer["Payload"].read())) == (200, {"ok": True})
    assert "FunctionError" not in answer
    assert function.sent == ['{"a": 1}']
    (overlay,) = (overlay for overlay in simulated.app.overlays if overlay.service == "lambda")
    assert overlay.state() == {f"{PRODUCTION}/{RECOVERY}/check": ['{"a": 1}']}


def test_a_function_that_fails_is_still_an_answer_of_200(simulated: Simulated) -> None:
    played(simulated, Function(error="no"))
    answer = invoke(simulated)
    assert (answer["StatusCode"], answer["FunctionError"]) == (200, "Unhandled")
    assert json.loads(answer["Payload"].read())["errorMessage"] == "no"


@pytest.mark.parametrize(("kind", "status", "times"), [("Event", 202, 1), ("DryRun", 204, 0)])
def test_what_is_not_waited_for_answers_nothing(simulated: Simulated, kind: str, status: int, times: int) -> None:
    function = played(simulated)
    answer = invoke(simulated, InvocationType=kind)
    assert (answer["StatusCode"], answer["Payload"].read()) == (status, b"")
    assert len(function.sent) == times


def test_a_function_has_its_name_and_its_arn(simulated: Simulated) -> None:
    played(simulated)
    found = simulated.client("lambda", RECOVERY).get_function(FunctionName="check")["Configuration"]
    assert invoke(simulated, FunctionName=found["FunctionArn"])["StatusCode"] == 200


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"FunctionName": "other"}, "ResourceNotFoundException"),
        ({"Qualifier": "live"}, "ResourceNotFoundException"),
        ({"InvocationType": "Event", "Payload": b'"' + 1024 * 1024 * b"x" + b'"'}, "RequestTooLargeException"),
    ],
)
def test_what_aws_refuses_is_refused(simulated: Simulated, given: dict[str, Any], code: str) -> None:
    function = played(simulated)
    with pytest.raises(ClientError) as refused:
        invoke(simulated, **given)
    assert refused.value.response["Error"]["Code"] == code
    assert function.sent == []


def test_a_function_is_of_its_region(simulated: Simulated) -> None:
    played(simulated)
    with pytest.raises(ClientError):
        invoke(simulated, region="eu-central-1")


def test_a_function_that_is_being_made_cannot_be_invoked_yet(simulated: Simulated) -> None:
    played(simulated).state = "Pending"
    with pytest.raises(ClientError) as refused:
        invoke(simulated)
    assert refused.value.response["Error"]["Code"] == "ResourceConflictException"
