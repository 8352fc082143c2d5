"""check.http: what is asked, how often, and what is told of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from drctl.actions.catalogue import ActionCatalogue
from drctl.actions.checks.http import CheckHttp, Params
from drctl.model.decision import Done, Wait
from drctl.ports.action import StepContext
from drctl.ports.http import HttpAnswer, HttpRequest
from tests.actions.cases.check_http import HEALTHY
from tests.actions.laws import PAST, RUN, STEP
from tests.fakes.outside import NoPrograms, no_probes

URL = "https://api.amply.example/health/deep"


class Listening:
    """Remembers what it is asked."""

    def __init__(self) -> None:
        self.asked: list[HttpRequest] = []

    def fetch(self, request: HttpRequest) -> HttpAnswer:
        self.asked.append(request)
        return HEALTHY


class NoAws:
    """For an action that never speaks to AWS."""

    def client(self, service: str, region: str, *, flip: bool = False) -> Any:
        raise AssertionError(f"a check asks no {service}")

    def account_id(self) -> str:
        raise AssertionError("a check has no account")


def context(probe: Listening) -> StepContext:
    return StepContext(run=RUN, step=STEP, aws=NoAws(), probes=replace(no_probes(), http=probe), programs=NoPrograms())


def params(**given: Any) -> Params:
    bound: Params = ActionCatalogue().bind("check.http", {"url": URL, **given}).params
    return bound


def decide(answer: HttpAnswer, **given: Any) -> Done | Wait:
    decision = CheckHttp().decide(params(**given), answer, PAST)
    assert isinstance(decision, Done | Wait)
    return decision


def test_what_the_runbook_says_is_what_is_asked() -> None:
    """The load balancer is dialled, by the name that customers use, for as long as a slow answer may take."""
    probe = Listening()
    given = params(connect_to="alb.amazonaws.com", headers={"Accept": "application/json"}, max_latency="30s")
    CheckHttp().observe(given, context(probe))
    assert probe.asked == [
        HttpRequest(
            url=URL,
            connect_to="alb.amazonaws.com",
            headers={"Accept": "application/json"},
            timeout=timedelta(seconds=30),
        )
    ]


def test_good_looks_are_wanted_in_a_row_and_apart() -> None:
    """One good answer in a flapping start proves little."""
    decision = decide(HEALTHY, consecutive=3, every="7s")
    assert isinstance(decision, Done)
    assert (decision.looks, decision.apart) == (3, timedelta(seconds=7))


def test_a_failing_check_waits_and_tells_the_last_failure() -> None:
    """At the deadline the operator reads why."""
    answer = HttpAnswer(status=0, failure="dns", detail="Name or service not known")
    decision = decide(answer, every="7s")
    assert isinstance(decision, Wait)
    assert decision.again_in == timedelta(seconds=7)
    assert "does not resolve (Name or service not known)" in decision.until


def test_a_redirect_says_where_it_would_have_led() -> None:
    """Into the lost Region, for instance."""
    decision = decide(HttpAnswer(status=301, headers={"Location": "https://old.amply.example/"}))
    assert isinstance(decision, Wait)
    assert "https://old.amply.example/, which is not followed" in decision.until


@pytest.mark.parametrize(
    "given", [{"status": 201}, {"contains": "nowhere"}, {"json": {"nowhere": 1}}, {"json": {"token": "other"}}]
)
def test_no_failure_puts_a_secret_into_the_journal(given: dict[str, Any]) -> None:
    """Bodies are quoted, in short, without what looks like one."""
    answer = replace(HEALTHY, body=b'{"status": "down", "token": "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.e30.x"}')
    decision = decide(answer, **given)
    assert isinstance(decision, Wait)
    assert "eyJhbGci" not in decision.until


def test_the_evidence_says_what_was_seen_and_through_what() -> None:
    """A report reader was not there."""
    given = params(connect_to="alb.amazonaws.com", json={"region": "eu-west-1"}, consecutive=2)
    evidence = CheckHttp().verify(given, HEALTHY, PAST, context(Listening()))
    assert evidence.fact == (
        f"{URL} through alb.amazonaws.com answered 200 in 35 ms, region = 'eu-west-1', 2 times in a row"
    )
    assert evidence.outputs == {"status": 200, "latency_ms": 35}


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"url": "api.amply.example"}, "expected a URL"),
        ({"method": "POST"}, "'GET', 'HEAD' or 'OPTIONS'"),
        ({"headers": {"Authorization": "Bearer x"}}, "would put a secret into the runbook"),
        ({"headers": {"host": "api.amply.example"}}, "use `connect_to`"),
        ({"json": {"a..b": 1}}, "expected a path"),
        ({"consecutive": 0}, "greater than or equal to 1"),
    ],
)
def test_mistakes_are_told_before_the_run(given: dict[str, Any], told: str) -> None:
    """A check that changes something, leaks something, or can never hold."""
    (problem,) = ActionCatalogue().check("check.http", {"url": URL, **given})
    assert told in problem.message


def test_a_header_that_may_not_be_given_is_told_at_its_name() -> None:
    """Where it is told decides what the loader says of it."""
    (problem,) = ActionCatalogue().check("check.http", {"url": URL, "headers": {"Cookie": "x"}})
    assert problem.path == ("headers", "Cookie")
