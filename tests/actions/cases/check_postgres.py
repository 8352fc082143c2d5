"""check.postgres"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from drctl.model.password import Password
from drctl.model.values import Json
from drctl.ports.postgres import PostgresAnswer, PostgresQuestion
from drctl.testing.outside import no_probes
from tests.actions.cases.check_http import NOTHING_MADE, WAITED_FOR
from tests.actions.laws import Case, Live, Sight, Sightings
from tests.simulated import RECOVERY, Simulated

SECRET = "amply/prod/database-password"
PASSWORD = "known-to-the-secret"
NOW = datetime(2026, 11, 23, 4, 40, tzinfo=UTC)
SOUND = PostgresAnswer(
    server_version="16.4",
    now=NOW,
    lsn="0/16B3748",
    writable=True,
    heartbeat_at=NOW - timedelta(hours=1),
    value=42,
    counts={"subscriptions": 1190},
)
WITH: Mapping[str, Json] = {
    "region": RECOVERY,
    "host": "amply-prod.eu-west-1.rds.amazonaws.com",
    "database": "amply",
    "user": "amply",
    "password_secret": SECRET,
    "writable": True,
    "heartbeat": {"table": "heartbeat", "column": "beat_at"},
    "max_heartbeat_age": "2h",
    "query": "select count(*) from plans",
    "equals": 42,
    "at_least": 1,
    "at_most": 100,
    "row_counts": {"subscriptions": 1200},
    "row_tolerance": 5,
    "sequences": True,
    "consecutive": 2,
}
FAILURES = ("secret", "dns", "connect", "tls", "auth", "timeout", "protocol", "denied", "query")


class Opened:
    """Answers every question that comes with the right password in the same way."""

    def __init__(self, answer: PostgresAnswer) -> None:
        self.answer = answer

    def ask(self, question: PostgresQuestion) -> PostgresAnswer:
        if question.password != Password(PASSWORD):
            return PostgresAnswer(failure="auth", detail="wrong password")
        return self.answer


def plant(simulated: Simulated) -> None:
    """The password of the database."""
    simulated.client("secretsmanager", RECOVERY).create_secret(Name=SECRET, SecretString=PASSWORD)


def wrong(**changes: object) -> Sight:
    return Sight(replace(SOUND, **changes))  # type: ignore[arg-type]


CASES = (
    Case(
        kind="check.postgres",
        params=WITH,
        sees=Sightings(
            settling={
                **{kind: Sight(PostgresAnswer(failure=kind, detail="said the network")) for kind in FAILURES},
                "a failure nobody thought of": Sight(PostgresAnswer(failure="levitation")),
                "a replica": wrong(writable=False, in_recovery=True, write_failure="it is a replica"),
                "no heartbeat": wrong(heartbeat_at=None),
                "an old heartbeat": wrong(heartbeat_at=NOW - timedelta(hours=2, seconds=1)),
                "rows missing": wrong(counts={"subscriptions": 1139}),
                "too many rows": wrong(counts={"subscriptions": 1261}),
                "a table not counted": wrong(counts={}),
                "another value": wrong(value=41),
                "no value": wrong(value=None),
                "a text for a number": wrong(value="42"),
                "a truth value for a number": wrong(value=True),
                "a sequence behind": wrong(late_sequences=("public.a_seq goes on with 1, and a.id has 2 already",)),
            },
            there={"as wanted": Sight(SOUND), "rows within the tolerance": wrong(counts={"subscriptions": 1140})},
            dead_end={"not simulated": Sight(PostgresAnswer(failure="not-simulated", detail="nobody described it"))},
            undo_over={"as wanted": Sight(SOUND)},
        ),
        live=Live(plant=plant, probes=replace(no_probes(), postgres=Opened(SOUND))),
        exempt={
            "absent": NOTHING_MADE,
            "unknown": WAITED_FOR,
            "foreign": NOTHING_MADE,
            "undo_own": NOTHING_MADE,
            "undo": NOTHING_MADE,
            "foreign_live": NOTHING_MADE,
        },
    ),
)
