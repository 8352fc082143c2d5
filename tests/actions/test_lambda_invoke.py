"""lambda.invoke: invoked once, believed as it answers."""

from __future__ import annotations

import io
import json
from datetime import timedelta
from typing import Any

import pytest

from drctl.actions.catalogue import ActionCatalogue
from drctl.aws.functions import invoke
from drctl.model.decision import Change, Done, Refuse
from drctl.model.estate_services import Function as Described
from drctl.model.failure import FailureKind
from drctl.model.past import ChangeState
from drctl.model.scenario import Fault, FaultKind
from drctl.sim.faults import FaultPlan
from drctl.sim.services.lambda_functions import LambdaFunctions
from tests.actions.cases.lambda_invoke import CASES, FUNCTION, NAME, PARAMS, invoked, plant
from tests.actions.driving import Driver
from tests.actions.laws import Case
from tests.simulated import PRODUCTION, RECOVERY, Simulated


def driver_of(simulated: Simulated, **params: Any) -> Driver:
    return Driver(Case(kind="lambda.invoke", params={**PARAMS, **params}, live=CASES[0].live), simulated)


def sent(simulated: Simulated) -> list[Any]:
    played = simulated.world.part(LambdaFunctions).find(PRODUCTION, RECOVERY, NAME)
    assert played is not None
    return [json.loads(payload) for payload in played.sent]


def test_its_answer_is_there_for_later_steps(simulated: Simulated) -> None:
    plant(simulated)
    evidence = driver_of(simulated).converge().evidence
    assert evidence is not None
    assert evidence.outputs["result"] == {"ok": True, "checks": 12}
    assert str(evidence.outputs["request_id"]) in evidence.fact
    assert sent(simulated) == [{"target": "api"}]


def test_what_the_function_fails_with_fails_the_step_in_its_own_words(simulated: Simulated) -> None:
    """AWS answers 200 even then."""
    plant(simulated, Described(error="the API does not answer"))
    driver = driver_of(simulated)
    decision = driver.converge().decision
    assert isinstance(decision, Refuse)
    assert decision.because == f"{NAME} failed: Exception: the API does not answer"
    assert len(sent(simulated)) == 1


def test_a_queued_function_is_not_said_to_have_run(simulated: Simulated) -> None:
    plant(simulated, Described(error="nobody hears of this", timeout=timedelta(minutes=15)))
    found = driver_of(simulated, invocation="Event", answer={}).converge()
    assert isinstance(found.decision, Done)
    assert found.evidence is not None
    assert "how it goes is not known" in found.evidence.fact
    assert found.evidence.outputs["result"] == {}


def test_the_token_is_the_same_for_every_attempt(simulated: Simulated) -> None:
    """A function that keeps it can tell a repetition."""
    plant(simulated)
    driver = driver_of(simulated, token_key="idempotency_key", idempotent=True)
    decision, _ = driver.look()
    assert isinstance(decision, Change)
    driver.act(decision, lose_answer=True)
    assert isinstance(driver.converge().decision, Done)
    first, second = sent(simulated)
    assert first == second == {"target": "api", "idempotency_key": "6f1d7e0a-0d53-5c0e-9d2e-6b9c4a3f1d77"}


@pytest.mark.parametrize("idempotent", [False, True])
def test_only_a_function_that_is_said_to_bear_it_may_be_invoked_again_in_doubt(idempotent: bool) -> None:
    """The engine holds what is a flip, and asks a person."""
    case = Case(kind="lambda.invoke", params={**PARAMS, "idempotent": idempotent})
    decision = case.action.decide(case.bound.params, FUNCTION, invoked(ChangeState.INTENDED))
    assert isinstance(decision, Change)
    assert decision.flip is not idempotent


def test_a_throttled_call_is_left_to_the_engine(simulated: Simulated) -> None:
    """The SDK would repeat it, and no journal would know."""
    plant(simulated)
    driver = driver_of(simulated)
    decision, _ = driver.look()
    assert isinstance(decision, Change)
    simulated.app.faults = FaultPlan.of([Fault(service="lambda", operation="Invoke", kind=FaultKind.THROTTLE, times=1)])
    driver.act(decision)
    assert driver.past.changes[-1].failure_kind == FailureKind.THROTTLE
    assert sent(simulated) == []


def test_a_version_that_is_not_there_is_refused(simulated: Simulated) -> None:
    plant(simulated)
    decision, _ = driver_of(simulated, qualifier="live").look()
    assert isinstance(decision, Refuse)
    assert "with the version or alias live" in decision.because


@pytest.mark.parametrize("answer", [b"[1, 2]", b"null", b"no JSON"])
def test_an_answer_that_is_no_object_is_one_for_later_steps_all_the_same(answer: bytes) -> None:
    class Answering:
        def invoke(self, **_: Any) -> dict[str, Any]:
            return {"StatusCode": 200, "Payload": io.BytesIO(answer), "ResponseMetadata": {"RequestId": "r"}}

    made = invoke(Answering(), NAME, None, {}, queued=False)
    case = CASES[0]
    past = invoked(status=made.status, result=made.result, error=made.error, request_id=made.request_id)
    evidence = case.action.verify(case.bound.params, FUNCTION, past, None)  # type: ignore[arg-type]
    assert evidence.outputs["result"] == ({"value": [1, 2]} if answer == b"[1, 2]" else {})


@pytest.mark.parametrize(
    ("wanted", "told"),
    [
        ({"ok": True, "failed[0]": "mail"}, None),
        ({"checks": {"at_least": 12}}, None),
        ({"ok": False}, "ok is true, not false"),
        ({"checks": {"at_least": 13}}, "checks is 12, not a number"),
        ({"missing": 1}, "missing is not in it (missing): "),
    ],
)
def test_it_has_to_answer_what_is_wanted(simulated: Simulated, wanted: dict[str, Any], told: str | None) -> None:
    """A smoke test that finds something answers so, and does not fail itself. It is not asked a second time."""
    plant(simulated, Described(answer={"ok": True, "checks": 12, "failed": ["mail"]}))
    found = driver_of(simulated, answer=wanted).converge()
    if told is None:
        assert found.evidence is not None
        assert f", {next(iter(wanted))} = " in found.evidence.fact
    else:
        assert isinstance(found.decision, Refuse)
        assert f"{NAME} has not answered as it should: {told}" in found.decision.because
    assert len(sent(simulated)) == 1


@pytest.mark.parametrize(
    "given",
    [
        {"function": "a b"},
        {"qualifier": "a b"},
        {"payload": []},
        {"token_key": ""},
        {"invocation": "Event"},
        {"answer": {"a..b": 1}},
    ],
)
def test_what_lambda_would_not_take_is_wrong_in_the_runbook(given: dict[str, Any]) -> None:
    assert ActionCatalogue().check("lambda.invoke", {**PARAMS, **given}) != ()
