"""check.redis"""

from __future__ import annotations

from dataclasses import replace

from drctl.model.password import Password
from drctl.ports.redis import RedisAnswer, RedisQuestion
from drctl.testing.outside import no_probes
from tests.actions.cases.check_http import NOTHING_MADE, WAITED_FOR
from tests.actions.laws import Case, Live, Sight, Sightings
from tests.simulated import RECOVERY, Simulated

SECRET = "amply/prod/redis-auth"
PASSWORD = "known-to-the-secret"
SOUND = RedisAnswer(role="master", server_version="7.1.0", keys=7, wrote=True)
FAILURES = ("secret", "dns", "connect", "tls", "auth", "timeout", "protocol", "denied", "levitation")


class Opened:
    """Answers every question that comes with the right password in the same way."""

    def __init__(self, answer: RedisAnswer) -> None:
        self.answer = answer

    def ask(self, question: RedisQuestion) -> RedisAnswer:
        if question.password != Password(PASSWORD):
            return RedisAnswer(failure="auth", detail="wrong password")
        return self.answer


def plant(simulated: Simulated) -> None:
    """The AUTH token of the cache."""
    simulated.client("secretsmanager", RECOVERY).create_secret(Name=SECRET, SecretString=PASSWORD)


CASES = (
    Case(
        kind="check.redis",
        params={
            "host": "master.amply-prod-redis.eu-west-1.cache.amazonaws.com",
            "region": RECOVERY,
            "password_secret": SECRET,
            "writable": True,
            "keys_at_least": 7,
            "consecutive": 2,
        },
        sees=Sightings(
            settling={
                **{kind: Sight(RedisAnswer(failure=kind, detail="said the network")) for kind in FAILURES},
                "a replica": Sight(replace(SOUND, role="slave")),
                "a part nobody thought of": Sight(replace(SOUND, role="conductor")),
                "no writes": Sight(replace(SOUND, wrote=False, write_failure="READONLY")),
                "too few keys": Sight(replace(SOUND, keys=6)),
            },
            there={"as wanted": Sight(SOUND)},
            undo_over={"as wanted": Sight(SOUND)},
        ),
        live=Live(plant=plant, probes=replace(no_probes(), redis=Opened(SOUND))),
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
)
