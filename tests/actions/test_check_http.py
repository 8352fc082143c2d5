"""check.http: what is asked, how often, and what is told of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from drctl.actions.catalogue import ActionCatalogue
from drctl.actions.checks.http import CheckHttp, Params
from drctl.model.decision import Done, Refuse, Wait
from drctl.ports.action import StepContext
from drctl.ports.http import Certificate, HttpAnswer, HttpRequest
from drctl.testing.outside import no_probes, no_programs
from tests.actions.cases.check_http import HEALTHY, TOKEN, Authorized, plant_token
from tests.actions.laws import PAST, RUN, STEP
from tests.fakes.aws import kept_access
from tests.simulated import RECOVERY, Simulated

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

    def client(self, service: str, region: str, *, flip: bool = False, endpoint: str | None = None) -> Any:
        raise AssertionError(f"a check asks no {service}")

    def account_id(self) -> str:
        raise AssertionError("a check has no account")


def context(probe: Listening) -> StepContext:
    return StepContext(run=RUN, step=STEP, aws=NoAws(), probes=replace(no_probes(), http=probe), programs=no_programs())


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


def answered(**given: Any) -> HttpAnswer:
    return replace(HEALTHY, **given)


@pytest.mark.parametrize(
    ("limits", "good", "bad"),
    [
        ({"at_most": 5}, [5, 0, -1], [5.1, 6]),
        ({"at_least": 5}, [5, 6], [4.9]),
        ({"at_least": 1, "at_most": 3}, [1, 2, 3], [0, 4]),
        ({"equals": 10, "within": 0.5}, [9.5, 10, 10.5], [9.4, 10.6]),
        ({"at_most": 5, "within": 1}, [6], [6.1]),
    ],
)
def test_a_number_may_be_within_limits(limits: dict[str, float], good: list[float], bad: list[float]) -> None:
    """A rate of errors is never exactly what was hoped for. What is no number is not within any."""
    for number in good:
        assert isinstance(decide(answered(body=b'{"n": %r}' % number), json={"n": limits}), Done), number
    for text in (*map(repr, bad), "true", '"5"', "null"):
        decision = decide(answered(body=b'{"n": %s}' % text.encode()), json={"n": limits})
        assert isinstance(decision, Wait), text
        assert "not a number" in decision.until


def test_a_mapping_of_other_words_is_wanted_as_it_is() -> None:
    """Limits are told by their words alone."""
    wanted = {"n": {"at_most": 5, "unit": "ms"}}
    assert isinstance(decide(answered(body=b'{"n": {"at_most": 5, "unit": "ms"}}'), json=wanted), Done)
    assert isinstance(decide(answered(body=b'{"n": 4}'), json=wanted), Wait)


def test_the_evidence_has_the_number_that_was_seen_and_its_limits() -> None:
    given = params(json={"n": {"at_most": 5, "within": 0.5}})
    evidence = CheckHttp().verify(given, answered(body=b'{"n": 5.25}'), PAST, context(Listening()))
    assert "n = 5.25 (at most 5 (within 0.5))" in evidence.fact


def test_headers_of_the_answer_are_compared_whatever_their_case() -> None:
    wanted = {"Content-Type": "application/json", "X-Region": "eu-west-1"}
    assert isinstance(
        decide(
            answered(headers={"content-type": "application/json", "x-region": "eu-west-1"}), response_headers=wanted
        ),
        Done,
    )
    for there, told in (({}, "no header Content-Type"), ({"content-type": "text/html"}, "is 'text/html', not")):
        decision = decide(answered(headers=there), response_headers=wanted)
        assert isinstance(decision, Wait)
        assert told in decision.until


ENDS = datetime(2027, 3, 1, tzinfo=UTC)


def test_a_certificate_that_ends_soon_is_waited_for() -> None:
    """Until somebody has renewed it, or the deadline has come; the certificate of a lasting one is evidence."""
    for days, outcome in ((15, Done), (14, Wait), (-1, Wait)):
        shown = answered(certificate=Certificate(ENDS, timedelta(days=days)))
        assert isinstance(decide(shown, tls={"min_days": 14}), outcome), days
    given = params(tls={})
    lasting = answered(certificate=Certificate(ENDS, timedelta(days=90)))
    assert "until 2027-03-01" in CheckHttp().verify(given, lasting, PAST, context(Listening())).fact
    assert isinstance(decide(HEALTHY, tls={}), Wait)


def test_a_simulated_answer_proves_nothing_of_a_certificate_and_says_so() -> None:
    given = params(tls={"min_days": 30})
    simulated = answered(simulated=True)
    assert isinstance(decide(simulated, tls={"min_days": 30}), Done)
    assert "TLS is not simulated" in CheckHttp().verify(given, simulated, PAST, context(Listening())).fact
    assert "TLS" not in CheckHttp().verify(params(), simulated, PAST, context(Listening())).fact


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"json": {"n": {"at_most": "5"}}}, "at_most takes a number"),
        ({"json": {"n": {"within": 5}}}, "`within` needs"),
        ({"json": {"n": {"equals": 5, "within": -1}}}, "cannot be less than 0"),
        ({"url": "http://api.amply.example/", "tls": {}}, "`tls` needs an https URL"),
        ({"tls": {"min_days": -1}}, "greater than or equal to 0"),
        (
            {"url": "http://x.example/", "authorization_secret": {"name": "a", "region": "eu-west-1"}},
            "anybody on the way could read it",
        ),
    ],
)
def test_what_can_never_hold_or_would_leak_is_told_before_the_run(given: dict[str, Any], told: str) -> None:
    (problem,) = ActionCatalogue().check("check.http", {"url": URL, **given})
    assert told in problem.message


class ShownToken(Authorized):
    """Remembers the requests that it was sent."""

    def __init__(self) -> None:
        self.asked: list[HttpRequest] = []

    def fetch(self, request: HttpRequest) -> HttpAnswer:
        self.asked.append(request)
        return super().fetch(request)


def authorized(simulated: Simulated, probe: ShownToken, **given: Any) -> tuple[Params, HttpAnswer, StepContext]:
    secret = {"name": "sentry", "region": RECOVERY, "key": "token", **given}
    wanted = params(authorization_secret=secret, contains="you")
    ctx = replace(
        context(Listening()),
        aws=kept_access(simulated, None).for_account(None),
        probes=replace(no_probes(), http=probe),
    )
    return wanted, CheckHttp().observe(wanted, ctx), ctx


def test_a_secret_goes_to_the_server_and_nowhere_else(simulated: Simulated) -> None:
    """Neither the request as it prints, nor the answer that says it back, nor the evidence holds it."""
    plant_token(simulated)
    probe = ShownToken()
    wanted, seen, ctx = authorized(simulated, probe)
    assert probe.asked[0].secret_headers == {"Authorization": f"Bearer {TOKEN}"}
    assert seen.status == 200
    told = (repr(probe.asked[0]), repr(seen), str(CheckHttp().verify(wanted, seen, PAST, ctx)), repr(wanted))
    assert not any(TOKEN in text for text in told)


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"name": "elsewhere"}, "there is no secret elsewhere in eu-west-1"),
        ({"key": "password"}, "no text under 'password'"),
        ({"name": "broken", "key": None}, "cannot stand in a header"),
    ],
)
def test_without_its_secret_a_check_asks_nobody_and_is_refused(
    simulated: Simulated, given: dict[str, Any], told: str
) -> None:
    plant_token(simulated)
    simulated.client("secretsmanager", RECOVERY).create_secret(Name="broken", SecretString="a\nb")
    probe = ShownToken()
    wanted, seen, _ = authorized(simulated, probe, **given)
    decision = CheckHttp().decide(wanted, seen, PAST)
    assert isinstance(decision, Refuse)
    assert told in decision.because
    assert probe.asked == []
