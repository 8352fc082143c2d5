"""notify.email, notify.pagerduty, notify.sns and notify.webhook"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime

from drctl.model.past import ChangeState, Past, PastChange
from drctl.model.values import Json
from drctl.sim.web.pagerduty import PlayedPagerduty
from drctl.sim.web.played_web import PlayedWeb
from drctl.sim.web.webhook import PlayedWebhook
from tests.actions.laws import PAST, Case, Live, Sight, Sightings
from tests.simulated import RECOVERY, Simulated

WEBHOOK = "https://hooks.slack.example/services/T000/B000/made-up"
ROUTING_KEY = "made-up-routing-key"
EXEMPT: Mapping[str, str] = {
    "settling": "it is sent at once",
    "dead_end": "a notification never fails a run",
    "unknown": "a notification never fails a run",
    "foreign": "whoever told people before, they are told",
    "foreign_live": "whoever told people before, they are told",
    "undo_own": "what people were told stays told",
    "undo": "what people were told stays told",
    "without_journal": "nothing but the journal tells whether people were told",
}


def told(state: ChangeState = ChangeState.RETURNED, epoch: int = 1, **facts: Json) -> Past:
    change = PastChange(
        name=f"tell-{epoch}",
        summary="tell them",
        state=state,
        intended_at=datetime(2026, 11, 23, 4, tzinfo=UTC),
        flip=True,
        facts=facts,
        epoch=epoch,
    )
    return replace(PAST, changes=(change,))


NEVER_LEFT = replace(told(ChangeState.FAILED).changes[0], failure_kind="unreachable")
SEES = Sightings(
    absent={
        "never told": Sight(None),
        "told in an earlier epoch": Sight(None, replace(told(delivered=True), epoch=2)),
        "it never left": Sight(None, replace(PAST, changes=(NEVER_LEFT,))),
    },
    there={
        "told": Sight(None, told(delivered=True, fact="")),
        "not told, for whatever reason": Sight(None, told(delivered=False, fact="it answered 500")),
        "nobody knows": Sight(None, told(ChangeState.INTENDED)),
    },
    undo_over={"never told": Sight(None), "told": Sight(None, told(delivered=True, fact=""))},
)


def plant_secret(simulated: Simulated, name: str, value: str) -> None:
    simulated.client("secretsmanager", RECOVERY).create_secret(Name=name, SecretString=value)


def plant_webhook(simulated: Simulated) -> None:
    plant_secret(simulated, "amply/prod/slack-webhook", WEBHOOK)
    simulated.world.part(PlayedWeb).hosts["hooks.slack.example"] = PlayedWebhook(frozenset({WEBHOOK}))


def plant_pagerduty(simulated: Simulated) -> None:
    plant_secret(simulated, "amply/prod/pagerduty-key", ROUTING_KEY)
    simulated.world.part(PlayedWeb).hosts["events.pagerduty.com"] = PlayedPagerduty(frozenset({ROUTING_KEY}))


def plant_topic(simulated: Simulated) -> None:
    simulated.client("sns", RECOVERY).create_topic(Name="amply-prod-alarms")


def plant_identity(simulated: Simulated) -> None:
    simulated.client("ses", RECOVERY).verify_domain_identity(Domain="amply.example")


WAYS: Mapping[str, tuple[Mapping[str, Json], Callable[[Simulated], None]]] = {
    "notify.webhook": (
        {"text": "eu-west-1 serves", "url_secret": "amply/prod/slack-webhook", "region": RECOVERY},
        plant_webhook,
    ),
    "notify.pagerduty": (
        {"summary": "eu-central-1 is lost", "key_secret": "amply/prod/pagerduty-key", "region": RECOVERY},
        plant_pagerduty,
    ),
    "notify.sns": ({"region": RECOVERY, "topic": "amply-prod-alarms", "message": "eu-west-1 serves"}, plant_topic),
    "notify.email": (
        {
            "region": RECOVERY,
            "sender": "Recovery <recovery@amply.example>",
            "to": ["on-call@amply.example", "management@amply.example"],
            "subject": "Recovery",
            "text": "eu-west-1 serves",
        },
        plant_identity,
    ),
}
"""Every way to tell people: its parameters, and what has to be there for it."""

CASES = tuple(
    Case(
        kind=kind,
        params=params,
        sees=SEES,
        live=Live(plant=plant, takes=("tell-1",), over_http=kind in ("notify.webhook", "notify.pagerduty")),
        exempt=EXEMPT,
    )
    for kind, (params, plant) in WAYS.items()
)
