"""ses.check"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from drctl.actions.ses.check import Sight as Found
from drctl.aws.ses import MailAccount, MailIdentity
from drctl.model.values import Json
from tests.actions.laws import Case, Live, Sight, Sightings
from tests.simulated import RECOVERY, Simulated

PARAMS: Mapping[str, Json] = {
    "region": RECOVERY,
    "identity": "amply.example",
    "min_left_today": 20000,
    "min_rate": 14,
    "configuration_set": "amply",
}
ACCOUNT = MailAccount(production=True, sending=True, enforcement="HEALTHY", daily_quota=50000.0, rate=14.0, sent=1000.0)
IDENTITY = MailIdentity(name="amply.example", may_send=True, verification="SUCCESS", dkim="SUCCESS")
NOTHING_MADE = "it looks and changes nothing"


def account(**other: Any) -> Sight:
    return Sight(Found(account=replace(ACCOUNT, **other), identity=IDENTITY, configuration_set=True))


def identity(**other: Any) -> Sight:
    return Sight(Found(account=ACCOUNT, identity=replace(IDENTITY, **other), configuration_set=True))


def plant(simulated: Simulated) -> None:
    ses = simulated.client("sesv2", RECOVERY)
    ses.create_email_identity(EmailIdentity="amply.example")
    ses.create_configuration_set(ConfigurationSetName="amply")


CASES = (
    Case(
        kind="ses.check",
        params=PARAMS,
        sees=Sightings(
            settling={
                "being verified": identity(verification="PENDING", may_send=False),
                "its key being verified": identity(dkim="TEMPORARY_FAILURE"),
                "its MAIL FROM being verified": identity(mail_from="PENDING"),
            },
            there={
                "ready": identity(),
                "with a MAIL FROM": identity(mail_from="SUCCESS"),
                "an address": identity(dkim=None),
                "without a limit": account(daily_quota=-1.0),
            },
            dead_end={
                "in the sandbox": account(production=False),
                "switched off": account(sending=False),
                "shut down": account(enforcement="SHUTDOWN"),
                "on probation": account(enforcement="PROBATION"),
                "too little left": account(sent=40000.0),
                "too slow": account(rate=1.0),
                "no identity": Sight(Found(account=ACCOUNT, identity=None, configuration_set=True)),
                "verification failed": identity(verification="FAILED", may_send=False),
                "never signed": identity(dkim="NOT_STARTED"),
                "verified and barred": identity(may_send=False),
                "no configuration set": Sight(Found(account=ACCOUNT, identity=IDENTITY, configuration_set=False)),
            },
            unknown={
                "an account's status": account(enforcement="PONDERED"),
                "a verification's status": identity(verification="WHISPERED"),
                "a key's status": identity(dkim="WHISPERED"),
            },
            undo_over={"ready": identity()},
        ),
        live=Live(plant=plant),
        exempt={
            "absent": NOTHING_MADE,
            "foreign": "whoever made it, it is only looked at",
            "undo_own": NOTHING_MADE,
            "undo": NOTHING_MADE,
            "foreign_live": NOTHING_MADE,
        },
    ),
)
