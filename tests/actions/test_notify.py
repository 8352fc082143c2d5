"""notify.*: whatever becomes of a notification, the step succeeds, says so, and keeps to itself what is secret."""

from __future__ import annotations

from typing import Any

import pytest

from drctl.actions.catalogue import ActionCatalogue
from drctl.actions.notify.over_http import post_json
from drctl.actions.parameters import check_params
from drctl.model.decision import Change, Done
from drctl.model.evidence import Evidence
from drctl.model.past import ChangeState
from drctl.model.scenario import Fault, FaultKind
from drctl.ports.http import HttpAnswer, HttpRequest
from drctl.sim.faults import FaultPlan
from drctl.sim.web.played_web import Failing, PlayedWeb
from tests.actions.cases.notify import CASES, ROUTING_KEY, WAYS, WEBHOOK
from tests.actions.driving import Driver
from tests.actions.laws import Case
from tests.simulated import RECOVERY, Simulated

BY_KIND = {case.kind: case for case in CASES}
CALLS = {
    "notify.webhook": ("secretsmanager", "GetSecretValue"),
    "notify.pagerduty": ("secretsmanager", "GetSecretValue"),
    "notify.sns": ("sns", "Publish"),
    "notify.email": ("sesv2", "SendEmail"),
}
HOSTS = {"notify.webhook": "hooks.slack.example", "notify.pagerduty": "events.pagerduty.com"}
EVERY_KIND = pytest.mark.parametrize("kind", WAYS)


def planted(simulated: Simulated, kind: str) -> Driver:
    WAYS[kind][1](simulated)
    return Driver(BY_KIND[kind], simulated)


def driver_of(simulated: Simulated, kind: str, **params: Any) -> Driver:
    case = BY_KIND[kind]
    return Driver(Case(kind=kind, params={**case.params, **params}, live=case.live), simulated)


def outcome(driver: Driver) -> Evidence:
    """The evidence of a step that must succeed."""
    found = driver.converge()
    assert isinstance(found.decision, Done)
    assert found.evidence is not None
    assert found.evidence.holds
    return found.evidence


def not_delivered(driver: Driver) -> str:
    evidence = outcome(driver)
    assert evidence.outputs == {"delivered": False}
    assert evidence.warning == evidence.fact
    return evidence.fact


@EVERY_KIND
def test_what_was_delivered_is_said_and_warns_of_nothing(simulated: Simulated, kind: str) -> None:
    evidence = outcome(planted(simulated, kind))
    assert evidence.outputs == {"delivered": True}
    assert evidence.warning == ""


@EVERY_KIND
@pytest.mark.parametrize(
    "fault", [FaultKind.DENIED, FaultKind.THROTTLE, FaultKind.RESET, FaultKind.UNAVAILABLE, FaultKind.NOT_FOUND]
)
def test_no_failure_of_the_call_fails_the_step(simulated: Simulated, kind: str, fault: FaultKind) -> None:
    """The step succeeds, and its evidence names what went wrong."""
    driver = planted(simulated, kind)
    service, operation = CALLS[kind]
    simulated.app.faults = FaultPlan.of([Fault(service=service, operation=operation, kind=fault, times=None)])
    assert "was not told: " in not_delivered(driver)


@EVERY_KIND
def test_a_call_that_was_throttled_is_tried_again(simulated: Simulated, kind: str) -> None:
    """Nobody was told by it, and a moment later they can be: once."""
    driver = planted(simulated, kind)
    service, operation = CALLS[kind]
    simulated.app.faults = FaultPlan.of([Fault(service=service, operation=operation, kind=FaultKind.THROTTLE, times=4)])
    assert outcome(driver).outputs == {"delivered": True}
    assert [change.state for change in driver.past.changes] == [ChangeState.FAILED] * 4 + [ChangeState.RETURNED]


@EVERY_KIND
def test_a_lost_region_does_not_fail_the_step(simulated: Simulated, kind: str) -> None:
    driver = planted(simulated, kind)
    simulated.world.lose(RECOVERY)
    assert "was not told: " in not_delivered(driver)


@EVERY_KIND
def test_what_is_not_there_does_not_fail_the_step(simulated: Simulated, kind: str) -> None:
    """No secret, no topic, no identity."""
    assert "was not told: " in not_delivered(Driver(BY_KIND[kind], simulated))


@pytest.mark.parametrize("kind", HOSTS)
@pytest.mark.parametrize("status", [400, 404, 429, 500, 503])
def test_a_host_in_trouble_does_not_fail_the_step(simulated: Simulated, kind: str, status: int) -> None:
    driver = planted(simulated, kind)
    simulated.world.part(PlayedWeb).hosts[HOSTS[kind]] = Failing(status)
    assert f"it answered {status}" in not_delivered(driver)


@pytest.mark.parametrize("kind", HOSTS)
def test_a_host_that_is_not_there_does_not_fail_the_step(simulated: Simulated, kind: str) -> None:
    driver = planted(simulated, kind)
    simulated.world.part(PlayedWeb).hosts.clear()
    assert "was not told: no connection" in not_delivered(driver)


@EVERY_KIND
def test_a_doubtful_one_is_not_sent_again_and_says_so(simulated: Simulated, kind: str) -> None:
    """The answer was lost with the process."""
    driver = planted(simulated, kind)
    decision, _ = driver.look()
    assert isinstance(decision, Change)
    driver.act(decision, lose_answer=True)
    sent = len(simulated.calls())
    assert "is not known, and it is not told twice" in not_delivered(driver)
    assert len(simulated.calls()) == sent


@pytest.mark.parametrize(("kind", "secret"), [("notify.webhook", "/services/T000"), ("notify.pagerduty", ROUTING_KEY)])
@pytest.mark.parametrize("host", ["there", "in trouble", "gone"])
def test_no_secret_is_in_what_a_step_leaves(simulated: Simulated, kind: str, secret: str, host: str) -> None:
    """Neither in the journal's facts and summaries nor in the evidence, whatever the host does."""
    driver = planted(simulated, kind)
    web = simulated.world.part(PlayedWeb)
    if host == "in trouble":
        web.hosts[HOSTS[kind]] = Failing(500)
    elif host == "gone":
        web.hosts.clear()
    evidence = outcome(driver)
    assert secret not in f"{driver.past} {evidence} {simulated.calls('web')}"


@pytest.mark.parametrize(
    "value", ["", "not a url", "http://hooks.slack.example/x", "https://", "https://[", "https://a/\n"]
)
def test_a_secret_that_is_no_url_does_not_fail_the_step_and_is_not_told(simulated: Simulated, value: str) -> None:
    class Silent:
        def fetch(self, request: HttpRequest) -> HttpAnswer:
            raise AssertionError("nothing may be sent to what is no address")

    delivery = post_json(Silent(), value, {"text": "x"})
    assert (delivery.delivered, delivery.fact) == (False, "its address is no https URL")


def test_a_webhook_gets_what_slack_takes(simulated: Simulated) -> None:
    outcome(planted(simulated, "notify.webhook"))
    assert simulated.world.part(PlayedWeb).state() == {"hooks.slack.example": [{"text": "eu-west-1 serves"}]}


def test_a_webhook_of_another_kind_hears_of_run_and_step(simulated: Simulated) -> None:
    planted(simulated, "notify.webhook")
    outcome(driver_of(simulated, "notify.webhook", format="json"))
    (received,) = simulated.world.part(PlayedWeb).state()["hooks.slack.example"]
    assert received == {"text": "eu-west-1 serves", "run": "dr-test-1", "step": "the-step", "mode": "drill"}


def test_a_webhook_that_was_taken_away_is_told_in_its_own_words(simulated: Simulated) -> None:
    driver = planted(simulated, "notify.webhook")
    simulated.client("secretsmanager", RECOVERY).put_secret_value(
        SecretId="amply/prod/slack-webhook", SecretString=WEBHOOK.replace("made-up", "older")
    )
    assert "it answered 404: no_service" in not_delivered(driver)


def test_an_incident_is_one_from_its_beginning_to_its_end(simulated: Simulated) -> None:
    """What triggers and what resolves it are two steps, and say the same name."""
    planted(simulated, "notify.pagerduty")
    outcome(driver_of(simulated, "notify.pagerduty", incident="region-lost"))
    incident = {"summary": "eu-central-1 is lost", "severity": "critical", "source": "drctl"}
    held = simulated.world.part(PlayedWeb).state
    assert held() == {"events.pagerduty.com": {"drctl/dr-test-1/region-lost": {"status": "triggered", **incident}}}
    outcome(driver_of(simulated, "notify.pagerduty", incident="region-lost", event="resolve"))
    assert held() == {"events.pagerduty.com": {"drctl/dr-test-1/region-lost": {"status": "resolved", **incident}}}


def test_the_routing_key_of_another_account_is_not_taken(simulated: Simulated) -> None:
    planted(simulated, "notify.pagerduty")
    simulated.client("secretsmanager", RECOVERY).put_secret_value(
        SecretId="amply/prod/pagerduty-key", SecretString="another"
    )
    assert "it answered 400: Event object is invalid" in not_delivered(driver_of(simulated, "notify.pagerduty"))


def test_a_subject_that_sns_would_not_take_is_cut_rather_than_refused(simulated: Simulated) -> None:
    """It may hold what an earlier step found, which nobody could check beforehand."""
    planted(simulated, "notify.sns")
    assert outcome(driver_of(simulated, "notify.sns", subject="über\n" + 120 * "x")).outputs == {"delivered": True}
    (sent,) = simulated.calls("sns", "Publish")
    assert sent.params["Subject"] == f"?ber {92 * 'x'}..."


def test_a_fifo_topic_gets_what_it_orders_and_tells_apart_by(simulated: Simulated) -> None:
    simulated.client("sns", RECOVERY).create_topic(Name="events.fifo", Attributes={"FifoTopic": "true"})
    outcome(driver_of(simulated, "notify.sns", topic="events.fifo"))
    (sent,) = simulated.calls("sns", "Publish")
    assert sent.params["MessageGroupId"] == "dr-test-1"
    assert sent.params["MessageDeduplicationId"] == "6f1d7e0a-0d53-5c0e-9d2e-6b9c4a3f1d77"


@pytest.mark.parametrize(
    ("kind", "given"),
    [
        ("notify.sns", {"topic": "arn:aws:sqs:eu-west-1:111111111111:x"}),
        ("notify.email", {"to": []}),
        ("notify.email", {"to": ["nobody"]}),
        ("notify.email", {"to": [f"{n}@amply.example" for n in range(51)]}),
        ("notify.webhook", {"format": "teams"}),
        ("notify.pagerduty", {"severity": "loud"}),
        ("notify.pagerduty", {"url": "http://events.pagerduty.com/v2/enqueue"}),
    ],
)
def test_what_no_service_would_take_is_wrong_in_the_runbook(kind: str, given: dict[str, Any]) -> None:
    spec = ActionCatalogue().spec(kind)
    assert spec is not None
    assert check_params(spec.params, WAYS[kind][0]) == ()
    assert check_params(spec.params, {**WAYS[kind][0], **given}) != ()
