"""guard.account"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from drctl.actions.guard.account import Seen
from drctl.aws.caller import Caller
from drctl.model.values import Json
from tests.actions.laws import Case, Live, Sight, Sightings
from tests.simulated import PRIMARY, PRODUCTION, RECOVERY, START, Simulated

PARAMS: Mapping[str, Json] = {
    "regions": [PRIMARY, RECOVERY],
    "allowed_regions": [PRIMARY, RECOVERY, "eu-north-1"],
    "alias": "amply-production",
    "environment": "production",
}
MARKER = "/drctl/environment"
NOTHING_MADE = "it looks and changes nothing"
OURS = Caller(account=PRODUCTION, arn=f"arn:aws:sts::{PRODUCTION}:assumed-role/drctl-recovery/drctl-dr-1", at=START)
OTHER = replace(OURS, account="999999999999")
SEEN = Seen(
    expected=PRODUCTION,
    callers={PRIMARY: OURS, RECOVERY: OURS},
    aliases=("amply-production",),
    environments={PRIMARY: "production", RECOVERY: "production"},
)


def plant(simulated: Simulated) -> None:
    simulated.client("iam", "us-east-1").create_account_alias(AccountAlias="amply-production")
    for region in (PRIMARY, RECOVERY):
        simulated.client("ssm", region).put_parameter(Name=MARKER, Value="production", Type="String")


CASES = (
    Case(
        kind="guard.account",
        params=PARAMS,
        sees=Sightings(
            there={
                "the right one": Sight(SEEN),
                "an alias that cannot be read": Sight(replace(SEEN, aliases=None)),
            },
            dead_end={
                "another account": Sight(replace(SEEN, callers={PRIMARY: OTHER, RECOVERY: OTHER})),
                "another account in one Region": Sight(replace(SEEN, callers={PRIMARY: OURS, RECOVERY: OTHER})),
                "another alias": Sight(replace(SEEN, aliases=("amply-staging",))),
                "no alias": Sight(replace(SEEN, aliases=())),
                "another environment": Sight(replace(SEEN, environments={PRIMARY: "staging", RECOVERY: "production"})),
                "an unmarked Region": Sight(replace(SEEN, environments={PRIMARY: "production", RECOVERY: None})),
            },
            undo_over={"the right one": Sight(SEEN)},
        ),
        live=Live(plant=plant),
        exempt={
            "absent": NOTHING_MADE,
            "settling": "an account is the right one or it is not",
            "unknown": "there is no status: an id is the wanted one or another",
            "foreign": "whoever made the account, it is only asked for",
            "undo_own": NOTHING_MADE,
            "undo": NOTHING_MADE,
            "foreign_live": NOTHING_MADE,
        },
    ),
    Case(
        kind="guard.account",
        name="with a role",
        params={"regions": [PRIMARY], "role": "drctl-recovery"},
        sees=Sightings(
            there={"assumed": Sight(replace(SEEN, callers={PRIMARY: OURS}, aliases=None, environments={}))},
            dead_end={
                "another role": Sight(
                    replace(SEEN, callers={PRIMARY: replace(OURS, arn=OURS.arn.replace("drctl-", "ci-"))})
                ),
                "no role": Sight(
                    replace(SEEN, callers={PRIMARY: replace(OURS, arn=f"arn:aws:iam::{PRODUCTION}:user/somebody")})
                ),
            },
        ),
    ),
    Case(
        kind="guard.account",
        name="in a Region that is not allowed",
        params={"regions": [PRIMARY], "allowed_regions": [RECOVERY]},
        sees=Sightings(dead_end={"barred": Sight(replace(SEEN, callers={PRIMARY: OURS}))}),
    ),
)
