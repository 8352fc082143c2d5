"""check.http"""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

from drctl.ports.http import HttpAnswer, HttpRequest
from drctl.testing.outside import no_probes
from tests.actions.laws import Case, Live, Sight, Sightings
from tests.simulated import RECOVERY, Simulated

HEALTHY = HttpAnswer(
    status=200,
    headers={"content-type": "application/json"},
    body=json.dumps({"status": "ok", "region": "eu-west-1", "checks": [{"name": "redis", "up": True}]}).encode(),
    took=timedelta(milliseconds=35),
)
NOTHING_MADE = "a check changes nothing"
WAITED_FOR = "whatever is wrong may still come right; the deadline ends the wait"


class Answering:
    """Answers every request in the same way."""

    def __init__(self, answer: HttpAnswer) -> None:
        self.answer = answer

    def fetch(self, request: HttpRequest) -> HttpAnswer:
        return self.answer


def plant(simulated: Simulated) -> None:
    """Nothing: the answers are made up."""


TOKEN = "sntrys-abc123"


class Authorized:
    """Answers whoever shows the token, and says it back, as a page that shows its request would."""

    def fetch(self, request: HttpRequest) -> HttpAnswer:
        shown = request.secret_headers.get("Authorization", "")
        if shown != f"Bearer {TOKEN}":
            return HttpAnswer(status=401, body=b"who are you?")
        return HttpAnswer(status=200, body=json.dumps({"data": [{"failure_rate()": 0.004}], "you": shown}).encode())


def plant_token(simulated: Simulated) -> None:
    """The token of an auditor, as one key of a secret."""
    simulated.client("secretsmanager", RECOVERY).create_secret(
        Name="sentry", SecretString=json.dumps({"token": TOKEN, "other": "x"})
    )


def failed(kind: str) -> Sight:
    return Sight(HttpAnswer(status=0, failure=kind, detail="said the network"))


CASES = (
    Case(
        kind="check.http",
        params={
            "url": "https://api.amply.example/health/deep",
            "json": {"status": "ok", "checks[0].up": True},
            "contains": "redis",
            "max_latency": "1s",
            "consecutive": 3,
        },
        sees=Sightings(
            settling={
                **{kind: failed(kind) for kind in ("dns", "connect", "tls", "timeout", "protocol")},
                "a failure nobody thought of": failed("levitation"),
                "wrong status": Sight(replace(HEALTHY, status=503)),
                "redirected": Sight(HttpAnswer(status=302, headers={"location": "https://old.amply.example/"})),
                "not JSON": Sight(replace(HEALTHY, body=b"<html>redis</html>")),
                "value missing": Sight(replace(HEALTHY, body=b'{"redis": 1}')),
                "wrong value": Sight(replace(HEALTHY, body=HEALTHY.body.replace(b'"ok"', b'"down"'))),
                "a number for a truth value": Sight(replace(HEALTHY, body=HEALTHY.body.replace(b"true", b"1"))),
                "text missing": Sight(replace(HEALTHY, body=HEALTHY.body.replace(b"redis", b"cache"))),
                "too slow": Sight(replace(HEALTHY, took=timedelta(seconds=2))),
            },
            there={"as wanted": Sight(HEALTHY)},
            undo_over={"as wanted": Sight(HEALTHY)},
        ),
        live=Live(plant=plant, probes=replace(no_probes(), http=Answering(HEALTHY))),
        exempt={
            "absent": NOTHING_MADE,
            "dead_end": WAITED_FOR,
            "unknown": WAITED_FOR,
            "foreign": NOTHING_MADE,
            "undo_own": NOTHING_MADE,
            "undo": NOTHING_MADE,
            "foreign_live": NOTHING_MADE,
        },
    ),
    Case(
        kind="check.http",
        name="authorized",
        params={
            "url": "https://sentry.io/api/0/organizations/amply/events/",
            "json": {"data[0].failure_rate()": {"at_most": 0.01}},
            "authorization_secret": {"name": "sentry", "region": RECOVERY, "key": "token"},
        },
        sees=Sightings(
            settling={
                "too many errors": Sight(HttpAnswer(status=200, body=b'{"data": [{"failure_rate()": 0.2}]}')),
                "not a number": Sight(HttpAnswer(status=200, body=b'{"data": [{"failure_rate()": null}]}')),
            },
            dead_end={"no secret": failed("secret")},
        ),
        live=Live(plant=plant_token, probes=replace(no_probes(), http=Authorized())),
    ),
)
