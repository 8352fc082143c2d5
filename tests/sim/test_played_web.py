"""Hosts outside of AWS, as the simulated internet plays them: described in the estate, reached through the proxy."""

from __future__ import annotations

import json
from textwrap import dedent
from typing import Any

import pytest

from drctl.loading.estate import load_estate
from drctl.ports.http import HttpAnswer, HttpRequest
from drctl.probes.http import HttpxProbe
from drctl.sim.seed.plant import plant
from drctl.sim.state import state_of
from drctl.sim.web.played_web import PlayedWeb
from tests.simulated import RECOVERY, START, Simulated

HOOK = "https://hooks.slack.example/services/T0/B0/simulated"
ESTATE = dedent(
    f"""\
    estate: small
    accounts: {{ production: "111111111111" }}
    default_account: production
    regions: {{ primary: eu-central-1, recovery: eu-west-1 }}
    places:
      production:
        eu-central-1:
          secrets:
            hook: {{ value: "{HOOK}", replicate_to: [eu-west-1] }}
            key: {{}}
            token: {{}}
    web:
      hooks.slack.example: {{ kind: webhook, secret: hook }}
      events.pagerduty.com: {{ kind: pagerduty, secret: key }}
      api.github.com:
        kind: github
        secret: token
        repositories: {{ amply/platform: {{ workflows: [deploy.yml], variables: {{ FREEZE: "off" }} }} }}
      broken.example: {{ kind: webhook, fails_with: 503 }}
      open.example: {{ kind: webhook }}
    """
)
KEY, TOKEN = "simulated-value-of-key", "simulated-value-of-token"
EVENT = {
    "routing_key": KEY,
    "event_action": "trigger",
    "dedup_key": "one",
    "payload": {"summary": "lost", "source": "drctl", "severity": "critical"},
}


@pytest.fixture
def web(simulated: Simulated) -> Simulated:
    """A world with the hosts of ESTATE."""
    estate, problems = load_estate(ESTATE, "estate.yaml")
    assert estate is not None, problems
    plant(estate, simulated.app, START)
    return simulated


def ask(web: Simulated, method: str, url: str, body: Any = None, token: str | None = None) -> HttpAnswer:
    headers = {"authorization": f"Bearer {token}"} if token is not None else {}
    content = b"" if body is None else json.dumps(body).encode()
    return HttpxProbe(web.url).fetch(HttpRequest(url=url, method=method, body=content, headers=headers))


def left(web: Simulated) -> Any:
    return state_of(web.app.overlays)["overlays"].get("web", {})


def test_a_secret_with_a_value_has_it_in_every_region(web: Simulated) -> None:
    """A recovery reads it where it still can."""
    found = web.client("secretsmanager", RECOVERY).get_secret_value(SecretId="hook")
    assert found["SecretString"] == HOOK


def test_a_webhook_remembers_what_it_took(web: Simulated) -> None:
    assert ask(web, "POST", HOOK, {"text": "hello"}).body == b"ok"
    assert left(web)["hooks.slack.example"] == [{"text": "hello"}]


@pytest.mark.parametrize(
    ("url", "body", "told"),
    [
        (HOOK.replace("simulated", "other"), {"text": "hello"}, (404, b"no_service")),
        (HOOK, {"text": ""}, (400, b"no_text")),
        (HOOK, ["hello"], (400, b"invalid_payload")),
    ],
)
def test_a_webhook_refuses_what_slack_refuses(web: Simulated, url: str, body: Any, told: tuple[int, bytes]) -> None:
    answer = ask(web, "POST", url, body)
    assert (answer.status, answer.body) == told
    assert "hooks.slack.example" not in left(web)


def test_a_webhook_that_nothing_opens_is_open(web: Simulated) -> None:
    assert ask(web, "POST", "https://open.example/any", {"text": "hello"}).status == 200


def test_a_host_in_trouble_answers_as_it_is_described(web: Simulated) -> None:
    assert ask(web, "POST", "https://broken.example/any", {"text": "hello"}).status == 503


def test_a_host_that_is_not_described_is_not_there(web: Simulated) -> None:
    assert ask(web, "GET", "https://elsewhere.example/").failure == "connect"


def test_an_incident_is_what_its_key_says(web: Simulated) -> None:
    """Triggered twice it is one; what is resolved is triggered anew."""
    enqueue = "https://events.pagerduty.com/v2/enqueue"

    def status_after(action: str) -> str:
        assert ask(web, "POST", enqueue, {**EVENT, "event_action": action}).status == 202
        incidents: dict[str, Any] = left(web)["events.pagerduty.com"]
        assert list(incidents) == ["one"]
        return str(incidents["one"]["status"])

    order = ["trigger", "acknowledge", "trigger", "resolve", "acknowledge", "trigger"]
    states = ["triggered", "acknowledged", "acknowledged", "resolved", "resolved", "triggered"]
    assert [status_after(action) for action in order] == states


@pytest.mark.parametrize(
    "wrong",
    [
        {"routing_key": "another"},
        {"event_action": "shout"},
        {"dedup_key": 256 * "x"},
        {"payload": {**EVENT["payload"], "severity": "loud"}},  # type: ignore[dict-item]
        {"payload": {}},
    ],
)
def test_pagerduty_refuses_what_is_no_event(web: Simulated, wrong: dict[str, Any]) -> None:
    answer = ask(web, "POST", "https://events.pagerduty.com/v2/enqueue", {**EVENT, **wrong})
    assert answer.status == 400
    assert "events.pagerduty.com" not in left(web)


def test_a_workflow_is_switched_off_and_on(web: Simulated) -> None:
    url = "https://api.github.com/repos/amply/platform/actions/workflows/deploy.yml"

    def state() -> str:
        return str(json.loads(ask(web, "GET", url, token=TOKEN).body)["state"])

    assert state() == "active"
    assert ask(web, "PUT", f"{url}/disable", token=TOKEN).status == 204
    assert state() == "disabled_manually"
    assert ask(web, "PUT", f"{url}/enable", token=TOKEN).status == 204
    assert state() == "active"


def test_a_variable_is_set(web: Simulated) -> None:
    url = "https://api.github.com/repos/amply/platform/actions/variables/FREEZE"
    assert ask(web, "PATCH", url, {"name": "FREEZE", "value": "on"}, token=TOKEN).status == 204
    assert json.loads(ask(web, "GET", url, token=TOKEN).body) == {"name": "FREEZE", "value": "on"}


@pytest.mark.parametrize(
    ("path", "token", "status"),
    [
        ("amply/platform/actions/workflows/deploy.yml", "another", 401),
        ("amply/platform/actions/workflows/deploy.yml", None, 401),
        ("amply/platform/actions/workflows/other.yml", TOKEN, 404),
        ("amply/other/actions/workflows/deploy.yml", TOKEN, 404),
        ("amply/platform/actions/variables/OTHER", TOKEN, 404),
        ("amply/platform", TOKEN, 404),
    ],
)
def test_github_refuses_as_github_does(web: Simulated, path: str, token: str | None, status: int) -> None:
    assert ask(web, "GET", f"https://api.github.com/repos/{path}", token=token).status == status


def test_what_was_sent_is_recorded_without_what_may_be_secret(web: Simulated) -> None:
    """A look is not."""
    ask(web, "GET", HOOK)
    ask(web, "POST", HOOK, {"text": "hello"})
    ask(web, "POST", "https://broken.example/any", {"text": "hello"})
    assert [(call.operation, dict(call.params), call.outcome) for call in web.calls("web")] == [
        ("POST", {"host": "hooks.slack.example"}, "ok"),
        ("POST", {"host": "broken.example"}, "503"),
    ]


def test_a_world_that_is_reset_plays_nobody(web: Simulated) -> None:
    ask(web, "POST", HOOK, {"text": "hello"})
    web.app.reset()
    assert web.world.part(PlayedWeb).hosts == {}
    assert left(web) == {}
